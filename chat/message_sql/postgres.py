"""PostgreSQL's side of `message_sql`. The server is a round trip away, so statements travel together.

Several statements in one text arrive in one message. The server still runs them one after the other, and
each gets a snapshot of its own when its turn comes (READ COMMITTED): what follows a lock sees what was
committed while the lock was waited for. After the first that fails, the rest are not run.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from django.db import connection

from chat.search_index.postgres import eras_of

from .rows import LockedRoom, NewMention, NewRow, Post, Rows, Wanted

BRIEF_WAIT_MS = 50

LOCK_ROOMS = """
SELECT id, kind, last_seq, last_rev, first_seq, archived_at, slow_mode, last_message_at
FROM chat_room WHERE id = ANY(%s::bigint[]) ORDER BY id FOR NO KEY UPDATE
"""

LOCK_AUTHORS = """
SELECT id, is_active FROM accounts_user WHERE id = ANY(%s::bigint[]) ORDER BY id FOR KEY SHARE
"""

FIND_STORED = """
SELECT author_id, client_id, draft_hash, room_id, seq, created_rev, at
FROM unnest(%s::bigint[], %s::uuid[]) AS wanted (author_id, client_id)
JOIN chat_message USING (author_id, client_id)
"""

READ_MEMBERSHIPS = """
SELECT room_id, user_id, last_post_at
FROM unnest(%s::bigint[], %s::bigint[]) AS wanted (room_id, user_id)
JOIN chat_membership USING (room_id, user_id) WHERE left_at IS NULL
ORDER BY room_id, user_id FOR NO KEY UPDATE OF chat_membership
"""

READ_SANCTIONS = """
SELECT user_id, room_id, kind, until FROM chat_sanction
WHERE user_id = ANY(%s::bigint[]) AND lifted_at IS NULL
"""

READ_BLOCKED_PAIRS = """
SELECT mine.room_id, block.blocked_id
FROM chat_membership mine
JOIN chat_block block ON block.user_id = mine.user_id
JOIN chat_membership other ON other.room_id = mine.room_id AND other.user_id = block.blocked_id
WHERE mine.room_id = ANY(%s::bigint[])
AND (SELECT count(*) FROM chat_membership one WHERE one.room_id = mine.room_id) = 2
"""

ADVANCE_ROOMS = """
UPDATE chat_room
SET last_seq = new.last_seq, last_rev = new.last_rev, last_message_at = new.last_message_at
FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::timestamptz[])
AS new (id, last_seq, last_rev, last_message_at)
WHERE chat_room.id = new.id
"""

# With the entries of the search index, whose numbers are those that the messages get here.
INSERT_MESSAGES = f"""
WITH new AS MATERIALIZED (
SELECT * FROM json_to_recordset(%s) AS new (room_id bigint, seq bigint, rev bigint, author_id bigint,
client_id uuid, draft_hash text, body text, content jsonb, reply_to bigint, mention_room boolean,
at timestamptz, tokens text)
), stored AS (
INSERT INTO chat_message (room_id, seq, rev, created_rev, kind, author_id, client_id, draft_hash,
body, content, reply_to, mention_room, at)
SELECT room_id, seq, rev, rev, 'text', author_id, client_id, decode(draft_hash, 'base64'),
body, content, reply_to, mention_room, at FROM new
RETURNING id, room_id, seq
)
INSERT INTO chat_searchentry (rowid, tokens)
SELECT id, (tokens || ' ' || {eras_of("id")})::tsvector FROM stored
JOIN new USING (room_id, seq)
"""  # noqa: S608 - our own words

NOTE_MENTIONS = """
INSERT INTO chat_mention (message_id, user_id, room_id, seq)
SELECT message.id, new.user_id, new.room_id, new.seq
FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[]) AS new (room_id, seq, user_id)
JOIN chat_message message USING (room_id, seq)
"""

NOTE_POSTS = """
UPDATE chat_membership
SET read_seq = GREATEST(read_seq, post.seq), last_post_at = COALESCE(post.at, last_post_at)
FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::timestamptz[])
AS post (room_id, user_id, seq, at)
WHERE chat_membership.room_id = post.room_id AND chat_membership.user_id = post.user_id
"""

LOCK_POINTERS = """
SELECT membership.id, membership.room_id, membership.user_id, membership.read_seq, room.last_seq
FROM unnest(%s::bigint[], %s::bigint[]) AS wanted (room_id, user_id)
JOIN chat_membership membership USING (room_id, user_id)
JOIN chat_room room ON room.id = membership.room_id
WHERE membership.left_at IS NULL
ORDER BY membership.room_id, membership.user_id FOR NO KEY UPDATE OF membership
"""

MOVE_POINTERS = """
UPDATE chat_membership SET read_seq = moved.seq
FROM unnest(%s::bigint[], %s::bigint[]) AS moved (id, seq)
WHERE chat_membership.id = moved.id
"""


def lock_and_read(wanted: Wanted) -> list[Rows]:
    authors = _array(wanted.authors)
    return _run(
        (LOCK_ROOMS, [_array(wanted.rooms)]),
        (LOCK_AUTHORS, [authors]),
        (FIND_STORED, _arrays(wanted.keys)),
        (READ_MEMBERSHIPS, _arrays(wanted.places)),
        (READ_SANCTIONS, [authors]),
    )


def wait_briefly_for_locks() -> None:
    _run((f"SET LOCAL lock_timeout = {BRIEF_WAIT_MS}", []))


def lock_authors(ids: Sequence[int]) -> Rows:
    return _run((LOCK_AUTHORS, [_array(ids)]))[0]


def read_sanctions(authors: Sequence[int]) -> Rows:
    return _run((READ_SANCTIONS, [_array(authors)]))[0]


def read_blocked_pairs(direct_rooms: Sequence[int]) -> Rows:
    return _run((READ_BLOCKED_PAIRS, [_array(direct_rooms)]))[0]


def write(rooms: Sequence[LockedRoom], messages: Sequence[NewRow]) -> None:
    numbers = [(room.id, room.last_seq, room.last_rev, room.last_message_at) for room in rooms]
    _run(
        (ADVANCE_ROOMS, _arrays(numbers)),
        (INSERT_MESSAGES, [msgspec.json.encode(messages).decode()]),
    )


def note_mentions(mentions: Sequence[NewMention]) -> None:
    _run((NOTE_MENTIONS, _arrays(mentions)))


def note_posts(posts: Sequence[Post]) -> None:
    _run((NOTE_POSTS, _arrays(posts)))


def lock_pointers(places: Sequence[tuple[int, int]]) -> Rows:
    return _run((LOCK_POINTERS, _arrays(places)))[0]


def move_pointers(pointers: Sequence[tuple[int, int]]) -> None:
    _run((MOVE_POINTERS, _arrays(pointers)))


def _run(*statements: tuple[str, list[str]]) -> list[Rows]:
    """One after the other on the server, in one round trip; the rows of each."""
    with connection.cursor() as cursor:
        cursor.execute(
            ";".join(statement for statement, _ in statements),
            [value for _, values in statements for value in values],
        )
        answers: list[Rows] = []
        more = True
        while more:
            answers.append(cursor.fetchall() if cursor.description else [])
            more = cursor.nextset()
        return answers


def _arrays(rows: Sequence[tuple[Any, ...]]) -> list[str]:
    """One array per column."""
    return [_array(column) for column in zip(*rows, strict=True)]


def _array(values: Iterable[Any]) -> str:
    """The literal of an array of numbers, UUIDs or times, none of which needs quotes. The driver's own way
    takes longer than the server does; and the planner knows the length of a literal."""
    return "{" + ",".join("NULL" if value is None else str(value) for value in values) + "}"
