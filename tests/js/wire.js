/** Wire shapes for tests, whole but for what a test wants to say. */

/** @import { HistoryPage, Message, OwnRoom, Start, SyncEvent, User, WelcomeEvent } from "chat/wire.d.ts" */

export const ALICE = user(1, "Alice");
export const BOB = user(2, "Bob");
export const EPOCH = "00000000-0000-4000-8000-000000000001";

/** @param {number} id @param {string} name @returns {User} */
export function user(id, name) {
  return { id, username: name.toLowerCase(), name, avatar: null, status_text: "", kind: "person" };
}

/** @param {number} seq @param {Partial<Message>} [fields] @returns {Message} */
export function message(seq, fields = {}) {
  return {
    seq,
    rev: seq,
    kind: "text",
    author: BOB.id,
    client_id: `client-${seq}`,
    body: `message ${seq}`,
    content: null,
    event: null,
    at: new Date(Date.UTC(2026, 0, 31, 9, 0, seq)).toISOString(),
    edited_at: null,
    deleted_at: null,
    reply_to: null,
    mentions: [],
    mention_room: false,
    attachments: [],
    reactions: [],
    pinned: false,
    ...fields,
  };
}

/** @param {number} id @param {Partial<OwnRoom>} [fields] @returns {OwnRoom} */
export function room(id, fields = {}) {
  return {
    id,
    kind: "public",
    name: `room ${id}`,
    slug: `room-${id}`,
    topic: "",
    first_seq: 1,
    last_seq: 0,
    last_rev: 0,
    members: 2,
    last_at: null,
    archived_at: null,
    slow_mode: 0,
    by: null,
    role: "member",
    read_seq: 0,
    mentions: 0,
    notify: "all",
    ...fields,
  };
}

/** @param {OwnRoom[]} rooms @param {string} [epoch] @returns {WelcomeEvent} */
export function welcome(rooms, epoch = EPOCH) {
  return {
    type: "welcome",
    me: { user: ALICE, blocked: [], hidden: false, dnd_until: null },
    server: {
      version: "1",
      epoch,
      heartbeat: 20,
      limits: {
        frame_bytes: 131072,
        body: 8000,
        page: 200,
        attachments: 10,
        upload_bytes: 26_214_400,
        unsent_hours: 48,
      },
    },
    rooms,
    users: [],
    online: [],
  };
}

/** @param {Message[]} messages @param {Partial<HistoryPage>} [fields] @returns {HistoryPage} */
export function page(messages, fields = {}) {
  const last = messages.at(-1)?.seq ?? 0;
  return {
    room: 7,
    messages,
    users: [ALICE, BOB],
    replied: [],
    first_seq: 1,
    last_seq: last,
    rev: last,
    ...fields,
  };
}

/** @param {number} since @param {number} rev @param {Partial<SyncEvent>} [fields] */
export function sync(since, rev, fields = {}) {
  return {
    type: /** @type {"sync"} */ ("sync"),
    room: 7,
    since,
    rev,
    messages: [],
    members: [],
    users: [],
    replied: [],
    more: false,
    ...fields,
  };
}

/** What a page of room 7 starts from. @param {Message[]} messages @param {Partial<OwnRoom>} [own] @returns {Start} */
export function start(messages, own = {}) {
  const last = messages.at(-1)?.seq ?? 0;
  return {
    welcome: welcome([room(7, { last_seq: last, last_rev: last, ...own })]),
    history: page(messages),
    members: { members: [{ user: 1, role: "owner" }], users: [ALICE], more: false },
    target: null,
    strings: {},
    site: "Chatsite",
    login: "/accounts/login/",
    session: "/session",
    uploads: "/uploads/",
    emoji: "",
    preferences: {
      theme: "system",
      density: "comfortable",
      enter_sends: true,
      single_keys: true,
    },
  };
}

/** @param {number} from @param {number} to */
export function messages(from, to) {
  return Array.from({ length: to - from + 1 }, (_, index) => message(from + index));
}
