"""What travels inside results and events."""

from typing import Any, Literal

from msgspec import UNSET, Struct, UnsetType

from . import limits
from .fields import NotifyLevel, Role, RoomKind, Timestamp


class User(Struct, frozen=True, gc=False):
    """A public profile; names never identify, ids do."""

    id: int
    username: str
    name: str
    avatar: str | None
    status_text: str
    kind: Literal["person", "bot", "guest"]


class Attachment(Struct, frozen=True, gc=False, omit_defaults=True):
    """A file of a message; `width` and `height` in pixels where it is a picture."""

    id: int
    name: str
    type: str
    size: int
    url: str
    width: int | None = None
    height: int | None = None
    thumb: str | None = None


class Message(Struct, frozen=True):
    """The whole current state of one entry of a timeline.

    `content` is the rich-text tree, null where the body has no markup; `reactions` is
    [[emoji, [user ids]]]; a deleted message keeps its place with an empty body.
    """

    seq: int
    rev: int
    kind: Literal["text", "system"]
    author: int | None
    client_id: str | None
    body: str
    content: list[Any] | None
    event: dict[str, Any] | None
    at: Timestamp
    edited_at: Timestamp | None = None
    deleted_at: Timestamp | None = None
    reply_to: int | None = None
    mentions: list[int] = []
    mention_room: bool = False
    attachments: list[Attachment] = []
    reactions: list[tuple[str, list[int]]] = []
    pinned: bool = False


class SearchHit(Struct, frozen=True, gc=False):
    """A message that was found; `marks` are where, [start, end) in code points of its body, in order."""

    room: int
    message: Message
    marks: list[tuple[int, int]]


class Edit(Struct, frozen=True, gc=False):
    """What a message said before an edit; `at` is the time of that edit."""

    body: str
    at: Timestamp


class Room(Struct, frozen=True, gc=False):
    """A room's shared state: the same for all its members.

    `by` made it. A direct room is in the list of those whom another opened it with from its first message on.
    """

    id: int
    kind: RoomKind
    name: str
    slug: str | None
    topic: str
    first_seq: int
    last_seq: int
    last_rev: int
    members: int
    last_at: Timestamp | None
    archived_at: Timestamp | None
    slow_mode: int
    by: int | None


class ListedRoom(Struct, frozen=True, gc=False):
    """A public room as anybody finds it; `joined` says whether the reader is a member."""

    id: int
    name: str
    slug: str
    topic: str
    members: int
    joined: bool


class Invite(Struct, frozen=True, gc=False):
    """A link into a room. `max_uses` and `expires_at` are null where it has no such bound."""

    code: str
    url: str
    by: int
    at: Timestamp
    expires_at: Timestamp | None
    max_uses: int | None
    uses: int


class Sanction(Struct, frozen=True, gc=False):
    """A mute or ban in force in a room; `until` is null where it has no end."""

    user: int
    kind: Literal["mute", "ban"]
    reason: str
    by: int | None
    at: Timestamp
    until: Timestamp | None


class Mute(Struct, frozen=True, gc=False):
    """One may not write, until then; null is for good. The client knows by itself when it ends."""

    until: Timestamp | None


class Report(Struct, frozen=True, gc=False):
    """Who reported a message, and why."""

    by: int
    reason: str
    at: Timestamp


class Reported(Struct, frozen=True, gc=False):
    """A message that waits for a decision; `count` report it, of whom `reports` has the first. `last` names
    the newest of them, up to which one then decides."""

    message: Message
    count: int
    last: int
    reports: list[Report]


class OwnRoom(Room, frozen=True, gc=False):
    """A room with the reader's own part in it; `users` names the people of a direct room.

    `mute` is there while the reader is muted, in this room or everywhere. `reports` is there while messages
    wait for the reader to decide: [[seq, how many report it]], the first reported first.
    """

    role: Role
    read_seq: int
    mentions: int
    notify: NotifyLevel
    users: list[int] | UnsetType = UNSET
    mute: Mute | UnsetType = UNSET
    reports: list[tuple[int, int]] | UnsetType = UNSET


class Member(Struct, frozen=True, gc=False):
    """`role` is null for one who left."""

    user: int
    role: Role | None


class Limits(Struct, frozen=True, gc=False):
    """What this server accepts; the numbers in this text are the defaults."""

    frame_bytes: int = limits.MAX_FRAME_BYTES
    body: int = limits.MAX_BODY
    attachments: int = limits.MAX_ATTACHMENTS
    upload_bytes: int = limits.MAX_UPLOAD_BYTES
    unsent_hours: int = limits.UNSENT_HOURS
    page: int = limits.MAX_PAGE


class ServerInfo(Struct, frozen=True, gc=False):
    """`heartbeat` is the longest silence, in seconds, before the client should `ping`."""

    version: str
    epoch: str
    heartbeat: int = limits.HEARTBEAT_SECONDS
    limits: Limits = Limits()


class Me(Struct, frozen=True, gc=False):
    """The signed-in user; `blocked` are the ids of those one does not want to hear from.

    `hidden` says that one appears offline to everybody, until one says otherwise.
    Until `dnd_until` one does not want to be disturbed.
    """

    user: User
    blocked: list[int]
    hidden: bool = False
    dnd_until: Timestamp | None = None
