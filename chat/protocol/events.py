"""What a server says unasked. `rev` orders the changes of one room (`room`, `member`, `message`).

Each of these carries the whole state of what changed: a reader that missed an earlier change of the same
row, or was never told it because a later one replaced it, lacks nothing.
"""

from msgspec import UNSET, Struct, UnsetType

from .fields import Ending, Presence, Role, Timestamp
from .results import SyncResult
from .shapes import Me, Message, OwnRoom, Room, ServerInfo, User


class Event(Struct, frozen=True, gc=False, tag_field="type"):
    pass


class Welcome(Event, frozen=True, tag="welcome"):
    """The snapshot a connection starts from; it may come again. Rooms absent from it are gone."""

    me: Me
    server: ServerInfo
    rooms: list[OwnRoom]
    users: list[User]
    online: list[int]


class MessageChanged(Event, frozen=True, tag="message"):
    """A message's whole current state, new or changed (edited, deleted, pinned, reacted to)."""

    room: int
    message: Message


class RoomChanged(Event, frozen=True, tag="room"):
    """A room's shared state changed, or retention moved its `first_seq`."""

    rev: int
    room: Room


class MemberChanged(Event, frozen=True, tag="member"):
    """Someone joined, left (`role` null) or changed role; `profile` spares the client a look-up."""

    room: int
    rev: int
    user: int
    role: Role | None
    profile: User | None = None


class Sync(SyncResult, frozen=True, tag_field="type", tag="sync"):
    """All that changed after `since`. A client that holds any rev from `since` on applies it."""


class Reset(Event, frozen=True, tag="reset"):
    """This room cannot be caught up step by step: load its `history` anew."""

    room: int
    rev: int
    room_state: Room | UnsetType = UNSET


class MembershipChanged(Event, frozen=True, tag="membership"):
    """To one's own sockets: a room gained, or one's own part in it changed."""

    room: OwnRoom
    users: list[User]


class RoomLeft(Event, frozen=True, tag="room_left"):
    """To one's own sockets: no member of this room any more."""

    room: int
    reason: Ending


class TypingNow(Event, frozen=True, tag="typing"):
    """Valid for 6 s, or until that person's next message or edit."""

    room: int
    user: int


class PresenceChanged(Event, frozen=True, tag="presence"):
    """Of the people this connection watches, those whose presence changed."""

    users: dict[int, Presence]


class UserChanged(Event, frozen=True, tag="user"):
    """A public profile changed, of somebody in a room of one's own or whom one watches.

    It is a hint, which may be missed: after each `welcome` a client asks for the profiles it shows.
    """

    user: User


class Notice(Event, frozen=True, tag="notice"):
    """An announcement by whoever runs the site."""

    text: str
    at: Timestamp


class Bye(Event, frozen=True, tag="bye"):
    """Just before a close by the server. `retry_after` is in milliseconds."""

    code: int
    reason: str
    retry_after: int | UnsetType = UNSET
