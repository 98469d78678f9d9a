"""The statements of `message_store` and `pointer_store`: each database has a module of its own, and this one
chooses.

`rows` has what goes in and comes out, the same for both. Datetimes come back aware, in UTC.
"""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import Any, Protocol
from uuid import UUID

from django.db import connection

from . import postgres, sqlite
from .rows import (
    LockedRoom,
    NewMention,
    NewRow,
    Pointer,
    Post,
    Rows,
    Sanctions,
    Situation,
    StoredRow,
    Wanted,
)

__all__ = [
    "LockedRoom",
    "NewRow",
    "Pointer",
    "Post",
    "Sanctions",
    "Situation",
    "StoredRow",
    "lock_and_read",
    "lock_authors",
    "lock_pointers",
    "move_pointers",
    "note_mentions",
    "note_posts",
    "read_blocked_pairs",
    "read_sanctions",
    "wait_briefly_for_locks",
    "write",
]


def lock_and_read(
    keys: Collection[tuple[int, UUID]], places: Collection[tuple[int, int]], now: datetime
) -> Situation:
    """Locks the rooms by id, then the authors by id, then reads; `keys` are (author, client_id), `places`
    (room, author).

    Each read is a statement of its own that begins after the locks are held: it sees what was committed
    while they were waited for.
    """
    wanted = Wanted(
        rooms=sorted({room_id for room_id, _ in places}),
        authors=sorted({author_id for _, author_id in places}),
        keys=list(keys),
        places=sorted(places),
    )
    rooms, authors, stored, memberships, sanctions = _dialect().lock_and_read(wanted)
    return Situation(
        rooms={row[0]: _locked_room(row) for row in rooms},
        active=_active(authors),
        stored=[_stored_row(row) for row in stored],
        last_posts={(room_id, user_id): _maybe_utc(at) for room_id, user_id, at in memberships},
        sanctions=_in_force(sanctions, now),
    )


def wait_briefly_for_locks() -> None:
    """For the rest of this transaction: longer than another process's commit, not longer."""
    _dialect().wait_briefly_for_locks()


def lock_authors(ids: Collection[int]) -> set[int]:
    """The ids of those who may use the site at all."""
    return _active(_dialect().lock_authors(sorted(ids)))


def read_sanctions(authors: Collection[int], now: datetime) -> Sanctions:
    return _in_force(_dialect().read_sanctions(sorted(authors)), now)


def read_blocked_pairs(direct_rooms: Sequence[int]) -> set[tuple[int, int]]:
    """(room, author) pairs in which the other one of a two-person room blocks the author."""
    if not direct_rooms:
        return set()
    return {(room_id, blocked) for room_id, blocked in _dialect().read_blocked_pairs(direct_rooms)}


def write(rooms: Sequence[LockedRoom], messages: Sequence[NewRow]) -> None:
    """Stores the rooms' new numbers and the messages that took them."""
    _dialect().write(rooms, messages)


def note_mentions(mentions: Sequence[NewMention]) -> None:
    """Stores whom the messages that were just written mention."""
    if mentions:
        _dialect().note_mentions(mentions)


def note_posts(posts: Sequence[Post]) -> None:
    """Who writes has read what is before it; in a slow room it is remembered when it was."""
    _dialect().note_posts(posts)


def lock_pointers(places: Collection[tuple[int, int]]) -> dict[tuple[int, int], Pointer]:
    """Locks the memberships of those of the (room, user) that are members, in the writer's order."""
    found = map(Pointer._make, _dialect().lock_pointers(sorted(places)))
    return {(pointer.room_id, pointer.user_id): pointer for pointer in found}


def move_pointers(pointers: Sequence[tuple[int, int]]) -> None:
    """Sets the read_seq of memberships, given as (id, seq)."""
    _dialect().move_pointers(pointers)


class _Dialect(Protocol):
    def lock_and_read(self, wanted: Wanted) -> list[Rows]: ...
    def wait_briefly_for_locks(self) -> None: ...
    def lock_authors(self, ids: Sequence[int]) -> Rows: ...
    def read_sanctions(self, authors: Sequence[int]) -> Rows: ...
    def read_blocked_pairs(self, direct_rooms: Sequence[int]) -> Rows: ...
    def write(self, rooms: Sequence[LockedRoom], messages: Sequence[NewRow]) -> None: ...
    def note_mentions(self, mentions: Sequence[NewMention]) -> None: ...
    def note_posts(self, posts: Sequence[Post]) -> None: ...
    def lock_pointers(self, places: Sequence[tuple[int, int]]) -> Rows: ...
    def move_pointers(self, pointers: Sequence[tuple[int, int]]) -> None: ...


def _dialect() -> _Dialect:
    return postgres if connection.vendor == "postgresql" else sqlite


def _locked_room(row: tuple[Any, ...]) -> LockedRoom:
    room = LockedRoom(*row)
    room.archived_at = _maybe_utc(room.archived_at)
    room.last_message_at = _maybe_utc(room.last_message_at)
    return room


def _stored_row(row: tuple[Any, ...]) -> StoredRow:
    author_id, client_id, draft_hash, room_id, seq, rev, at = row
    client_id = client_id if isinstance(client_id, UUID) else UUID(client_id)
    return StoredRow(author_id, client_id, bytes(draft_hash), room_id, seq, rev, _utc(at))


def _active(rows: Rows) -> set[int]:
    return {user_id for user_id, is_active in rows if is_active}


def _in_force(rows: Rows, now: datetime) -> Sanctions:
    found: Sanctions = {}
    for user_id, room_id, kind, until in sorted(rows, key=lambda row: row[2], reverse=True):
        ends = _maybe_utc(until)
        if ends is None or ends > now:
            found[(user_id, room_id)] = (kind, ends)  # "mute" sorts after "ban": reversed, ban wins
    return found


def _utc(value: datetime) -> datetime:
    """SQLite's come back naive."""
    return value if value.tzinfo else value.replace(tzinfo=UTC)


def _maybe_utc(value: datetime | None) -> datetime | None:
    return None if value is None else _utc(value)
