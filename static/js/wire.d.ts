/** The shapes of the wire (docs/protocol.md), as far as this client reads them. Types only, never served as code. */

export interface User {
    id: number;
    username: string;
    name: string;
    avatar: string | null;
    status_text: string;
    kind: "person" | "bot" | "guest";
}

export type ContentNode = Record<string, unknown>;

export interface Attachment {
    id: number;
    name: string;
    type: string;
    size: number;
    url: string;
    width?: number;
    height?: number;
    thumb?: string;
}

export interface Message {
    seq: number;
    rev: number;
    kind: string;
    author: number | null;
    client_id: string | null;
    body: string;
    content: ContentNode[] | null;
    event: { name: string; params?: Record<string, unknown> } | null;
    at: string;
    edited_at: string | null;
    deleted_at: string | null;
    reply_to: number | null;
    mentions: number[];
    mention_room: boolean;
    attachments: Attachment[];
    reactions: [string, number[]][];
    pinned: boolean;
}

export interface Edit {
    body: string;
    at: string;
}

export interface SearchHit {
    room: number;
    message: Message;
    marks: [number, number][];
}

export interface SearchPage {
    hits: SearchHit[];
    users: User[];
    more: number | null;
}

export interface Room {
    id: number;
    kind: "public" | "private" | "direct";
    name: string;
    slug: string | null;
    topic: string;
    first_seq: number;
    last_seq: number;
    last_rev: number;
    members: number;
    last_at: string | null;
    archived_at: string | null;
    slow_mode: number;
    by: number | null;
}

export interface OwnRoom extends Room {
    role: string;
    read_seq: number;
    mentions: number;
    notify: "all" | "mentions" | "none";
    users?: number[];
    mute?: { until: string | null };
    /** What waits for one's decision, and how many report it. */
    reports?: [seq: number, count: number][];
}

/** A public room as anybody finds it. */
export interface ListedRoom {
    id: number;
    name: string;
    slug: string;
    topic: string;
    members: number;
    joined: boolean;
}

/** A mute or ban in force in a room. */
export interface Sanction {
    user: number;
    kind: "mute" | "ban";
    reason: string;
    by: number | null;
    at: string;
    until: string | null;
}

/** Who reported a message, and why. */
export interface Report {
    by: number;
    reason: string;
    at: string;
}

/** A message that waits for a decision. */
export interface Reported {
    message: Message;
    count: number;
    /** The newest of them, up to which one then decides. */
    last: number;
    reports: Report[];
}

/** A link into a room. */
export interface Invite {
    code: string;
    url: string;
    by: number;
    at: string;
    expires_at: string | null;
    max_uses: number | null;
    uses: number;
}

export interface Server {
    version: string;
    epoch: string;
    heartbeat: number;
    limits: {
        frame_bytes: number;
        body: number;
        page: number;
        attachments: number;
        upload_bytes: number;
        unsent_hours: number;
    };
}

export interface Member {
    user: number;
    role: string | null;
}

export interface HistoryPage {
    room: number;
    messages: Message[];
    users: User[];
    replied: Message[];
    first_seq: number;
    last_seq: number;
    rev: number;
}

export interface PinsPage {
    messages: Message[];
    users: User[];
    more: boolean;
}

export interface MembersPage {
    members: Member[];
    users: User[];
    more: boolean;
}

export interface WelcomeEvent {
    type: "welcome";
    me: { user: User; blocked: number[]; hidden: boolean; dnd_until: string | null };
    server: Server;
    rooms: OwnRoom[];
    users: User[];
    online: number[];
}

export interface MessageEvent {
    type: "message";
    room: number;
    message: Message;
}

export interface RoomEvent {
    type: "room";
    rev: number;
    room: Room;
}

export interface MemberEvent {
    type: "member";
    room: number;
    rev: number;
    user: number;
    role: string | null;
    profile: User | null;
}

export interface SyncEvent {
    type?: "sync";
    room: number;
    since: number;
    rev: number;
    messages: Message[];
    members: Member[];
    users: User[];
    replied: Message[];
    more: boolean;
    room_state?: Room;
}

export interface ResetEvent {
    type: "reset";
    room: number;
    rev: number;
    room_state?: Room;
}

export interface MembershipEvent {
    type: "membership";
    room: OwnRoom;
    users: User[];
}

export interface RoomLeftEvent {
    type: "room_left";
    room: number;
    reason: "left" | "removed" | "banned";
}

export interface UserEvent {
    type: "user";
    user: User;
}

export type Presence = "online" | "away" | "offline";

export interface PresenceEvent {
    type: "presence";
    users: Record<string, Presence>;
}

export interface TypingEvent {
    type: "typing";
    room: number;
    user: number;
}

export interface ByeEvent {
    type: "bye";
    code: number;
    reason: string;
    retry_after?: number;
}

/** The events this client understands; others may come, and are skipped. */
export type ServerEvent =
    | WelcomeEvent
    | MessageEvent
    | RoomEvent
    | MemberEvent
    | (SyncEvent & { type: "sync" })
    | ResetEvent
    | MembershipEvent
    | RoomLeftEvent
    | UserEvent
    | PresenceEvent
    | TypingEvent
    | ByeEvent;

/** What the page carries for the client to start from. */
export interface Start {
    welcome: WelcomeEvent;
    history: HistoryPage;
    members: MembersPage;
    target: number | null;
    strings: Record<string, string | { one: string; many: string }>;
    site: string;
    login: string;
    session: string;
    uploads: string;
    /** the address of the emoji's names */
    emoji: string;
    preferences: Preferences;
}

/** What this person has chosen in their settings, as it was when the page was loaded. */
export interface Preferences {
    theme: "system" | "light" | "dark";
    density: "comfortable" | "compact";
    /** whether Enter sends, or begins a new line */
    enter_sends: boolean;
    /** whether single keys, such as "/", are shortcuts */
    single_keys: boolean;
}
