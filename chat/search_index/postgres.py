"""PostgreSQL's side of the search index: a `tsvector` of our own tokens under a GIN index.

GIN answers with all that match, in no order, and each costs a visit to its row. So an entry has one more
token here, the era of its number, and a lookup names the eras of its span: it finds no more than they hold.
"""

from collections.abc import Iterable, Mapping, Sequence

from django.db import connection, transaction

from .bounds import Bounds

# An era is so many powers of two of ids. `message_sql` and the migration write it too.
ERA_BITS = 12
# All that matches is gathered before the first is known; and each match is tried with every room's words.
BOUNDS = Bounds(first_span=1 << ERA_BITS, last_span=1 << 18, rooms=50)

READ = "SELECT rowid, tsvector_to_array(tokens) FROM chat_searchentry WHERE rowid = ANY(%s)"
DELETE = "DELETE FROM chat_searchentry WHERE rowid = ANY(%s)"
INSERT = """
INSERT INTO chat_searchentry (rowid, tokens) VALUES (%s, %s::tsvector)
ON CONFLICT (rowid) DO UPDATE SET tokens = excluded.tokens
"""
# The planner's guess of how many match is no more than that, and where it guesses too many it would rather
# read the whole table. LOCAL, since the connection goes back to the pool.
BY_INDEX_ONLY = "SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off"
LOOK_UP = """
SELECT rowid FROM chat_searchentry
WHERE tokens @@ %s::tsquery AND rowid >= %s AND rowid < %s ORDER BY rowid DESC LIMIT %s
"""


def write(entries: Mapping[int, str | None]) -> None:
    gone = [pk for pk, tokens in entries.items() if tokens is None]
    with connection.cursor() as cursor:
        if gone:
            cursor.execute(DELETE, [gone])
        cursor.executemany(
            INSERT,
            [(pk, f"{tokens} {_era(pk)}") for pk, tokens in entries.items() if tokens is not None],
        )


def read(message_ids: Sequence[int]) -> list[tuple[int, str]]:
    """Without the eras, which are not the caller's matter unless they are wrong."""
    with connection.cursor() as cursor:
        cursor.execute(READ, [list(message_ids)])
        return [
            (pk, " ".join(token for token in tokens if token != _era(pk)))
            for pk, tokens in cursor.fetchall()
        ]


def look_up(
    rooms: Sequence[int], groups: Sequence[Sequence[str]], span: range, limit: int
) -> list[int]:
    eras = range(span.start >> ERA_BITS, ((span.stop - 1) >> ERA_BITS) + 1)
    asked = f"({_expression(rooms, groups)}) & ({_any_of(map(_named, eras))})"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"{BY_INDEX_ONLY};{LOOK_UP}", [asked, span.start, span.stop, limit])
        while cursor.description is None:
            cursor.nextset()
        return [pk for (pk,) in cursor.fetchall()]


def _expression(rooms: Sequence[int], groups: Sequence[Sequence[str]]) -> str:
    return " | ".join(
        "(" + " & ".join(_any_of(f"{room}{token}" for token in group) for group in groups) + ")"
        for room in rooms
    )


def _any_of(tokens: Iterable[str]) -> str:
    return "(" + " | ".join(f"'{token}'" for token in tokens) + ")"


def _era(message_id: int) -> str:
    return _named(message_id >> ERA_BITS)


def _named(era: int) -> str:
    return f"e{era}"
