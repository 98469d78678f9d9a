"""PostgreSQL's side of the search index: a `tsvector` of our own tokens under a GIN index.

GIN answers with all that match, in no order, and each costs a visit to its row. So an entry has some more
tokens here, the eras of its number, and a lookup names the one that holds its span: it finds no more than
that. It asks room by room: GIN goes from match to match of a room's rarest word, but tries each with every
token of the question, so many rooms or many eras in one question cost more than the matches do.
"""

from collections.abc import Iterable, Mapping, Sequence

from django.db import connection, transaction

# Eras of so many powers of two of ids.
ERAS = (12, 14, 16, 18)
# All that matches is gathered before the first is known, so it begins with few.
SPANS = tuple(1 << bits for bits in ERAS)

READ = "SELECT rowid, tsvector_to_array(tokens) FROM chat_searchentry WHERE rowid = ANY(%s)"
DELETE = "DELETE FROM chat_searchentry WHERE rowid = ANY(%s)"
INSERT = """
INSERT INTO chat_searchentry (rowid, tokens) VALUES (%s, %s::tsvector)
ON CONFLICT (rowid) DO UPDATE SET tokens = excluded.tokens
"""
# The planner's guess of how many match is no more than that, and where it guesses too many it would rather
# read the whole table, or compile what takes a millisecond. LOCAL, as the connection goes back to the pool.
BY_INDEX_ONLY = "; ".join(
    f"SET LOCAL {setting} = off" for setting in ("enable_seqscan", "enable_indexscan", "jit")
)
# `+ 0`, or the planner would gather every id of the span by the primary key, for each room.
LOOK_UP = """
SELECT found.rowid FROM unnest(%s::tsquery[]) AS asked (query) CROSS JOIN LATERAL (
    SELECT rowid FROM chat_searchentry
    WHERE tokens @@ asked.query AND rowid + 0 >= %s AND rowid + 0 < %s ORDER BY rowid DESC LIMIT %s
) AS found ORDER BY found.rowid DESC LIMIT %s
"""


def eras_of(column: str) -> str:
    """The eras of a number as tokens, in SQL. The migrations write them too."""
    return " || ' ' || ".join(f"'e{bits}.' || ({column} >> {bits})" for bits in ERAS)


def write(entries: Mapping[int, str | None]) -> None:
    gone = [pk for pk, tokens in entries.items() if tokens is None]
    with connection.cursor() as cursor:
        if gone:
            cursor.execute(DELETE, [gone])
        cursor.executemany(
            INSERT,
            [
                (pk, " ".join([tokens, *_eras(pk)]))
                for pk, tokens in entries.items()
                if tokens is not None
            ],
        )


def read(message_ids: Sequence[int]) -> list[tuple[int, str]]:
    """Without the eras, which are not the caller's matter unless they are wrong."""
    with connection.cursor() as cursor:
        cursor.execute(READ, [list(message_ids)])
        return [(pk, _without(_eras(pk), tokens)) for pk, tokens in cursor.fetchall()]


def settle(entries: int) -> None:
    """GIN's list of what waits is bounded, and merged by whoever fills it (migration 0007)."""


def look_up(
    rooms: Sequence[int], groups: Sequence[Sequence[str]], span: range, limit: int
) -> list[int]:
    within = _era_of(span)
    asked = [" & ".join([_all_of(room, groups), *within]) for room in rooms]
    with transaction.atomic(), connection.cursor() as cursor:
        bounds = [span.start, span.stop, limit, limit]
        cursor.execute(f"{BY_INDEX_ONLY};{LOOK_UP}", [asked, *bounds])
        while cursor.description is None:
            cursor.nextset()
        return [pk for (pk,) in cursor.fetchall()]


def merge(pages: int, *, from_all: bool) -> bool:
    """Never anything to do: VACUUM does it, and runs by itself."""
    return False


def _all_of(room: int, groups: Sequence[Sequence[str]]) -> str:
    return " & ".join(_any_of(f"{room}{token}" for token in group) for group in groups)


def _any_of(tokens: Iterable[str]) -> str:
    return "(" + " | ".join(f"'{token}'" for token in tokens) + ")"


def _without(eras: list[str], tokens: list[str]) -> str:
    return " ".join(token for token in tokens if token not in eras)


def _era_of(span: range) -> list[str]:
    """The smallest that holds all of the span, if one does."""
    first, last = (_eras(pk) for pk in (span.start, span.stop - 1))
    return [f"'{era}'" for era, other in zip(first, last, strict=True) if era == other][:1]


def _eras(message_id: int) -> list[str]:
    return [f"e{bits}.{message_id >> bits}" for bits in ERAS]
