"""SQLite's side of the search index: FTS5, without positions (`detail=none`).

The table keeps the tokens of each entry beside the index, because FTS5 can only take out of an index what it
is told to have put in: an entry deleted by its number is gone from every answer at once. Matches come in the
order of their numbers, and only as many as are asked for are looked for.

Each transaction adds a segment to the index, and segments have to be merged. FTS5 left to itself does that
seldom and much at a time, while everybody waits for the one write lock. So it is told not to (migration
0014), and transactions merge a few pages each. What a busy day leaves is merged at night (`merge_leftovers`
in chat/actions/search_index.py).
"""

import json
from collections.abc import Iterator, Mapping, Sequence

from django.db import connection

# What is found comes one after the other and ends with the last that is asked for. What costs is to begin.
SPANS = (1 << 20,)

READ = """
SELECT rowid, tokens FROM chat_searchentry WHERE rowid IN (SELECT value FROM json_each(%s))
"""
BODIES = """
SELECT id, body FROM chat_message
WHERE id IN (SELECT value FROM json_each(%s)) AND deleted_at IS NULL ORDER BY id DESC
"""
DELETE = "DELETE FROM chat_searchentry WHERE rowid = %s"
INSERT = "INSERT INTO chat_searchentry (rowid, tokens) VALUES (%s, %s)"
LOOK_UP = """
SELECT rowid FROM chat_searchentry
WHERE chat_searchentry MATCH %s AND rowid >= %s AND rowid < %s ORDER BY rowid DESC
"""

A_ROOM = "#"  # where its number goes; no token has one

# https://www.sqlite.org/fts5.html#the_merge_command: below 0 it begins with all there is.
MERGE = "INSERT INTO chat_searchentry (chat_searchentry, rank) VALUES ('merge', %s)"
LEAST_PAGES, ENTRIES_FOR_ONE_MORE = 8, 8
# Merging costs a message that is alone in its transaction more than its entry does; so few segments more cost
# a search next to nothing.
TURN = 8


def write(entries: Mapping[int, str | None]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(DELETE, [(pk,) for pk in entries])
        cursor.executemany(INSERT, [(pk, tokens) for pk, tokens in entries.items() if tokens])
    settle(len(entries))


def settle(entries: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(MERGE, [LEAST_PAGES + entries // ENTRIES_FOR_ONE_MORE])


def settle_new(first: int, count: int) -> None:
    """As `settle`, in the transaction that put in so many new entries from this number on: for every eighth,
    whoever stores it."""
    if (first + count) // TURN > first // TURN:
        settle(count)


def read(message_ids: Sequence[int]) -> list[tuple[int, str]]:
    with connection.cursor() as cursor:
        cursor.execute(READ, [json.dumps(message_ids)])
        return [(pk, tokens) for pk, tokens in cursor.fetchall()]


def bodies(message_ids: Sequence[int]) -> list[tuple[int, str]]:
    with connection.cursor() as cursor:
        cursor.execute(BODIES, [json.dumps(message_ids)])
        rows: list[tuple[int, str]] = cursor.fetchall()
        return rows


def look_up(
    rooms: Sequence[int], groups: Sequence[Sequence[str]], span: range, newest: int
) -> Iterator[int]:
    """Each is looked for when it is asked for: to begin anew would cost more than hundreds of them.

    Until the last, or until this is let go of, the connection reads, all of it as of one moment, and what
    others write meanwhile stays in SQLite's log: hold on to it no longer than a search takes.
    """
    with connection.cursor() as cursor:
        cursor.execute(LOOK_UP, [_expression(rooms, groups), span.start, span.stop])
        for (pk,) in cursor:
            yield pk


def merge(pages: int, *, from_all: bool) -> bool:
    """What is taken out of FTS5 stays in its pages, with a note that it is gone, until they are merged."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT total_changes()")
        before = cursor.fetchone()[0]
        cursor.execute(MERGE, [-pages if from_all else pages])
        cursor.execute("SELECT total_changes()")
        return bool(cursor.fetchone()[0] - before > 1)


def _expression(rooms: Sequence[int], groups: Sequence[Sequence[str]]) -> str:
    """Room by room, so that a room where one word is rare skips what the others have."""
    each = " AND ".join(f"({_any_of(group)})" for group in groups)
    return " OR ".join(f"({each.replace(A_ROOM, str(room))})" for room in rooms)


def _any_of(group: Sequence[str]) -> str:
    return " OR ".join(f'"{A_ROOM}{token}"' for token in group)
