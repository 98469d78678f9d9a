"""What goes into the statements and what comes out of them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

Rows = list[tuple[Any, ...]]
# (user, room or None for everywhere) -> the one in force and its end; a ban outweighs a mute.
Sanctions = dict[tuple[int, int | None], tuple[str, datetime | None]]
Post = tuple[int, int, int, datetime | None]  # room, user, seq, time where the room is slow
NewMention = tuple[int, int, int]  # room, seq, user


class Wanted(NamedTuple):
    """What a batch asks about, each list in the order in which rows are locked."""

    rooms: list[int]
    authors: list[int]
    keys: list[tuple[int, UUID]]  # author, client_id
    places: list[tuple[int, int]]  # room, user


@dataclass(slots=True)
class LockedRoom:
    id: int
    kind: str
    last_seq: int
    last_rev: int
    first_seq: int
    archived_at: datetime | None
    slow_mode: int
    last_message_at: datetime | None


class Pointer(NamedTuple):
    """A membership's, locked; `last_seq` is the room's."""

    id: int
    room_id: int
    user_id: int
    read_seq: int
    last_seq: int


class StoredRow(NamedTuple):
    author_id: int
    client_id: UUID
    draft_hash: bytes
    room_id: int
    seq: int
    created_rev: int
    at: datetime


class NewRow(msgspec.Struct, frozen=True):
    room_id: int
    seq: int
    rev: int
    author_id: int
    client_id: UUID
    draft_hash: bytes
    body: str
    content: list[Any] | None
    reply_to: int | None
    mention_room: bool
    at: datetime


class Situation(NamedTuple):
    """What a batch is decided by: the locked rooms and authors, and what was read after that.

    `active` are those who may use the site at all. `stored` are the messages already stored under the keys.
    `last_posts` has those of the places whose user is a member, with the time of the last slow-mode post.
    """

    rooms: dict[int, LockedRoom]
    active: set[int]
    stored: list[StoredRow]
    last_posts: dict[tuple[int, int], datetime | None]
    sanctions: Sanctions
