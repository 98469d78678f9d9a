"""The statements of `message_store`, for both databases. Datetimes come back aware, in UTC."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

BRIEF_WAIT_MS = 50  # longer than another process's commit


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


class StoredRow(NamedTuple):
    author_id: int
    client_id: UUID
    draft_hash: bytes
    room_id: int
    seq: int
    created_rev: int
    at: datetime


class NewRow(NamedTuple):
    room_id: int
    seq: int
    rev: int
    author_id: int
    client_id: UUID
    draft_hash: bytes
    body: str
    content: list[Any] | None
    reply_to: int | None
    at: datetime


def wait_briefly_for_locks() -> None:
    """For the rest of this transaction. SQLite's only lock is the whole database's, and held by now."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = {BRIEF_WAIT_MS}")


def lock_rooms(ids: Iterable[int]) -> dict[int, LockedRoom]:
    rows = _select(
        "SELECT id, kind, last_seq, last_rev, first_seq, archived_at, slow_mode,"  # noqa: S608
        " last_message_at FROM chat_room WHERE id IN {} ORDER BY id" + _lock("FOR NO KEY UPDATE"),
        sorted(ids),
    )
    return {
        room_id: LockedRoom(
            room_id, kind, seq, rev, first, _maybe_utc(archived), slow, _maybe_utc(last)
        )
        for room_id, kind, seq, rev, first, archived, slow, last in rows
    }


def lock_authors(ids: Iterable[int]) -> set[int]:
    """The ids of those who may use the site at all."""
    rows = _select(
        "SELECT id, is_active FROM accounts_user WHERE id IN {} ORDER BY id"  # noqa: S608
        + _lock("FOR KEY SHARE"),
        sorted(ids),
    )
    return {user_id for user_id, is_active in rows if is_active}


def find_stored(keys: Iterable[tuple[int, UUID]]) -> list[StoredRow]:
    """The messages already stored under these (author, client_id)."""
    rows = _select_pairs(
        "SELECT author_id, client_id, draft_hash, room_id, seq, created_rev, at"
        " FROM chat_message WHERE (author_id, client_id) IN {}",
        [(author_id, _uuid_value(client_id)) for author_id, client_id in keys],
    )
    return [
        StoredRow(author_id, _uuid(client_id), bytes(draft_hash), room_id, seq, rev, _utc(at))
        for author_id, client_id, draft_hash, room_id, seq, rev, at in rows
    ]


def read_memberships(
    places: Iterable[tuple[int, int]],
) -> dict[tuple[int, int], datetime | None]:
    """Those of the (room, user) that are members, with the time of their last slow-mode post."""
    rows = _select_pairs(
        "SELECT room_id, user_id, last_post_at FROM chat_membership"
        " WHERE (room_id, user_id) IN {} AND left_at IS NULL",
        sorted(places),
    )
    return {(room_id, user_id): _maybe_utc(last) for room_id, user_id, last in rows}


def read_sanctions(
    authors: Iterable[int], now: datetime
) -> dict[tuple[int, int | None], tuple[str, datetime | None]]:
    """(user, room or None for everywhere) → the sanction in force; a ban outweighs a mute."""
    rows = _select(
        "SELECT user_id, room_id, kind, until FROM chat_sanction"
        " WHERE user_id IN {} AND lifted_at IS NULL",
        sorted(authors),
    )
    found: dict[tuple[int, int | None], tuple[str, datetime | None]] = {}
    for user_id, room_id, kind, until in sorted(rows, key=lambda row: row[2], reverse=True):
        ends = _maybe_utc(until)
        if ends is None or ends > now:
            found[(user_id, room_id)] = (kind, ends)  # "mute" sorts after "ban": reversed, ban wins
    return found


def read_blocked_pairs(direct_rooms: Sequence[int]) -> set[tuple[int, int]]:
    """(room, author) pairs in which the other one of a two-person room blocks the author."""
    if not direct_rooms:
        return set()
    rows = _select(
        "SELECT mine.room_id, block.blocked_id FROM chat_membership mine"
        " JOIN chat_block block ON block.user_id = mine.user_id"
        " JOIN chat_membership other"
        " ON other.room_id = mine.room_id AND other.user_id = block.blocked_id"
        " WHERE mine.room_id IN {} AND"
        " (SELECT count(*) FROM chat_membership one WHERE one.room_id = mine.room_id) = 2",
        direct_rooms,
    )
    return {(room_id, blocked) for room_id, blocked in rows}


def advance_rooms(rooms: Sequence[LockedRoom]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE chat_room SET last_seq = %s, last_rev = %s, last_message_at = %s WHERE id = %s",
            [
                (room.last_seq, room.last_rev, _time_value(room.last_message_at), room.id)
                for room in rooms
            ],
        )


def insert_messages(rows: Sequence[NewRow]) -> None:
    columns = (
        "room_id, seq, rev, created_rev, kind, author_id, client_id, draft_hash, body, content,"
        " reply_to, mention_room, at"
    )
    values = [
        (
            row.room_id,
            row.seq,
            row.rev,
            row.rev,
            "text",
            row.author_id,
            _uuid_value(row.client_id),
            row.draft_hash,
            row.body,
            _json_value(row.content),
            row.reply_to,
            False,
            _time_value(row.at),
        )
        for row in rows
    ]
    one = "(" + ", ".join(["%s"] * len(values[0])) + ")"
    insert = f"INSERT INTO chat_message ({columns}) VALUES "  # noqa: S608
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.executemany(insert + one, values)
        else:  # one round trip
            cursor.execute(
                insert + ", ".join([one] * len(values)), [value for row in values for value in row]
            )


def note_posts(posts: Sequence[tuple[int, int, datetime]]) -> None:
    """Remembers (room, user, time) of posts in slow rooms."""
    if not posts:
        return
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE chat_membership SET last_post_at = %s WHERE room_id = %s AND user_id = %s",
            [(_time_value(at), room_id, user_id) for room_id, user_id, at in posts],
        )


# ---- differences between the two databases


def _select(sql: str, values: Sequence[int]) -> list[Any]:
    """`{}` in the statement becomes the list of values."""
    with connection.cursor() as cursor:
        cursor.execute(sql.format("(" + ", ".join(["%s"] * len(values)) + ")"), values)
        return list(cursor.fetchall())


def _select_pairs(sql: str, pairs: Sequence[tuple[Any, Any]]) -> list[Any]:
    """`{}` in the statement becomes the list of pairs."""
    listed = "(VALUES " + ", ".join(["(%s, %s)"] * len(pairs)) + ")"
    with connection.cursor() as cursor:
        cursor.execute(sql.format(listed), [value for pair in pairs for value in pair])
        return list(cursor.fetchall())


def _lock(clause: str) -> str:
    """SQLite has no row locks: BEGIN IMMEDIATE already holds the one there is."""
    return f" {clause}" if connection.features.has_select_for_update else ""


def _uuid(value: UUID | str) -> UUID:
    return value if isinstance(value, UUID) else UUID(value)


def _utc(value: datetime) -> datetime:
    """SQLite's come back naive."""
    return value if value.tzinfo else value.replace(tzinfo=UTC)


def _maybe_utc(value: datetime | None) -> datetime | None:
    return None if value is None else _utc(value)


def _time_value(value: datetime | None) -> Any:
    return connection.ops.adapt_datetimefield_value(value)


def _uuid_value(value: UUID) -> Any:
    return value if connection.features.has_native_uuid_field else value.hex


def _json_value(value: Any) -> Any:
    return None if value is None else connection.ops.adapt_json_value(value, None)
