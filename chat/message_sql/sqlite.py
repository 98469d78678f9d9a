"""SQLite's side of `message_sql`. What is wanted goes in as JSON, so that no statement's text varies and
each is prepared once.

There are no row locks: BEGIN IMMEDIATE already holds the one lock there is. CROSS JOIN keeps the tables in
their order, from what is wanted to the index; `(a, b) IN (VALUES …)` would read the whole table instead.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from chat.search_index.sqlite import settle_new

from .rows import LockedRoom, NewMention, NewRow, Post, Rows, Wanted

READ_ROOMS = """
SELECT id, kind, last_seq, last_rev, first_seq, archived_at, slow_mode, last_message_at
FROM chat_room WHERE id IN (SELECT value FROM json_each(%s))
"""

READ_AUTHORS = """
SELECT id, is_active FROM accounts_user WHERE id IN (SELECT value FROM json_each(%s))
"""

FIND_STORED = """
SELECT author_id, client_id, draft_hash, room_id, seq, created_rev, at
FROM json_each(%s) AS wanted CROSS JOIN chat_message
ON author_id = json_extract(wanted.value, '$[0]') AND client_id = json_extract(wanted.value, '$[1]')
"""

READ_MEMBERSHIPS = """
SELECT room_id, user_id, last_post_at
FROM json_each(%s) AS wanted CROSS JOIN chat_membership
ON room_id = json_extract(wanted.value, '$[0]') AND user_id = json_extract(wanted.value, '$[1]')
WHERE left_at IS NULL
"""

READ_SANCTIONS = """
SELECT user_id, room_id, kind, until FROM chat_sanction
WHERE user_id IN (SELECT value FROM json_each(%s)) AND lifted_at IS NULL
"""

READ_BLOCKED_PAIRS = """
SELECT mine.room_id, block.blocked_id
FROM chat_membership mine
JOIN chat_block block ON block.user_id = mine.user_id
JOIN chat_membership other ON other.room_id = mine.room_id AND other.user_id = block.blocked_id
WHERE mine.room_id IN (SELECT value FROM json_each(%s))
AND (SELECT count(*) FROM chat_membership one WHERE one.room_id = mine.room_id) = 2
"""

ADVANCE_ROOM = """
UPDATE chat_room SET last_seq = %s, last_rev = %s, last_message_at = %s WHERE id = %s
"""

INSERT_MESSAGE = """
INSERT INTO chat_message (room_id, seq, rev, created_rev, kind, author_id, client_id, draft_hash,
body, content, reply_to, mention_room, at)
VALUES (%s, %s, %s, %s, 'text', %s, %s, %s, %s, %s, %s, %s, %s)
"""

NOTE_MENTION = """
INSERT INTO chat_mention (message_id, user_id, room_id, seq)
SELECT id, %s, room_id, seq FROM chat_message WHERE room_id = %s AND seq = %s
"""

INDEX_MESSAGE = """
INSERT INTO chat_searchentry (rowid, tokens) VALUES (%s, %s)
"""

NOTE_POST = """
UPDATE chat_membership SET read_seq = max(read_seq, %s), last_post_at = coalesce(%s, last_post_at)
WHERE room_id = %s AND user_id = %s
"""

READ_POINTERS = """
SELECT membership.id, membership.room_id, membership.user_id, membership.read_seq, room.last_seq
FROM json_each(%s) AS wanted CROSS JOIN chat_membership AS membership
ON membership.room_id = json_extract(wanted.value, '$[0]')
AND membership.user_id = json_extract(wanted.value, '$[1]')
CROSS JOIN chat_room AS room ON room.id = membership.room_id
WHERE membership.left_at IS NULL
"""

MOVE_POINTER = """
UPDATE chat_membership SET read_seq = %s WHERE id = %s
"""


def lock_and_read(wanted: Wanted) -> list[Rows]:
    keys = [(author_id, client_id.hex) for author_id, client_id in wanted.keys]
    return [
        _select(READ_ROOMS, wanted.rooms),
        _select(READ_AUTHORS, wanted.authors),
        _select(FIND_STORED, keys),
        _select(READ_MEMBERSHIPS, wanted.places),
        _select(READ_SANCTIONS, wanted.authors),
    ]


def wait_briefly_for_locks() -> None:
    """There is one lock, the whole database's, and the transaction has it."""


def lock_authors(ids: Sequence[int]) -> Rows:
    return _select(READ_AUTHORS, ids)


def read_sanctions(authors: Sequence[int]) -> Rows:
    return _select(READ_SANCTIONS, authors)


def read_blocked_pairs(direct_rooms: Sequence[int]) -> Rows:
    return _select(READ_BLOCKED_PAIRS, direct_rooms)


def write(rooms: Sequence[LockedRoom], messages: Sequence[NewRow]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(
            ADVANCE_ROOM,
            [
                (room.last_seq, room.last_rev, _time_value(room.last_message_at), room.id)
                for room in rooms
            ],
        )
        cursor.executemany(INSERT_MESSAGE, [_values(row) for row in messages])
        # Nobody else inserts meanwhile, so the ids that the messages got end here and have no gap.
        cursor.execute("SELECT last_insert_rowid()")
        first = cursor.fetchone()[0] - len(messages) + 1
        cursor.executemany(
            INDEX_MESSAGE, [(pk, row.tokens) for pk, row in enumerate(messages, first)]
        )
    settle_new(first, len(messages))


def note_mentions(mentions: Sequence[NewMention]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(
            NOTE_MENTION, [(user_id, room_id, seq) for room_id, seq, user_id in mentions]
        )


def note_posts(posts: Sequence[Post]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(
            NOTE_POST,
            [(seq, _time_value(at), room_id, user_id) for room_id, user_id, seq, at in posts],
        )


def lock_pointers(places: Sequence[tuple[int, int]]) -> Rows:
    return _select(READ_POINTERS, places)


def move_pointers(pointers: Sequence[tuple[int, int]]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(MOVE_POINTER, [(seq, pk) for pk, seq in pointers])


def _select(statement: str, wanted: Sequence[Any]) -> Rows:
    with connection.cursor() as cursor:
        cursor.execute(statement, [json.dumps(wanted)])
        rows: Rows = cursor.fetchall()
        return rows


def _values(row: NewRow) -> tuple[Any, ...]:
    return (
        row.room_id,
        row.seq,
        row.rev,
        row.rev,
        row.author_id,
        row.client_id.hex,
        row.draft_hash,
        row.body,
        None if row.content is None else json.dumps(row.content),
        row.reply_to,
        row.mention_room,
        _time_value(row.at),
    )


def _time_value(at: datetime | None) -> Any:
    return connection.ops.adapt_datetimefield_value(at)
