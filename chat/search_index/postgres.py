"""PostgreSQL's side of the search index: a `tsvector` of our own tokens under a GIN index.

GIN answers with all that match, in no order, and each costs a visit to its row. So an entry has some more
tokens here, the eras of its number, and a lookup names those that its span touches. To go through an era
costs too, so not where the span is a good part of all there is; and what turns out to be more than a few
thousand is looked for again in a small part of the span.

Each word of the question is a condition of its own, and so are the eras: of several conditions GIN jumps from
one's next match to the next one's, and reads nothing of what lies between; within one it tries each match of
any token with all the others. A condition names a word in a few rooms. To ask costs as much as a hundred
matches, so for each room alone it would cost most of the time; in very many, GIN goes through them all at
each match.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from django.db import connection, transaction

# Eras of so many powers of two of ids.
ERAS = (12, 14, 16, 18)
# All that matches is gathered before the first is known, so it begins with few.
SPANS = tuple(1 << bits for bits in (12, 16, 20, 24))
MOST = 8_192  # that are gathered at once; no more are in the smallest span
SHRINKING, GROWTH = 16, 2  # of the part that is looked into, after too many and after few enough
ROOMS_AT_ONCE = 4
ERAS_AT_ONCE = 2  # of the largest as many as it takes
GOOD_PART = 1 / 8

READ = "SELECT rowid, tsvector_to_array(tokens) FROM chat_searchentry WHERE rowid = ANY(%s)"
DELETE = "DELETE FROM chat_searchentry WHERE rowid = ANY(%s)"
BODIES = """
SELECT id, body FROM chat_message
WHERE id = ANY(%s::bigint[]) AND deleted_at IS NULL ORDER BY id DESC
"""
INSERT = """
INSERT INTO chat_searchentry (rowid, tokens) VALUES (%s, %s::tsvector)
ON CONFLICT (rowid) DO UPDATE SET tokens = excluded.tokens
"""
# The planner's guess of how many match is no more than that, and where it guesses too many it would rather
# read the whole table, or compile what takes a millisecond. LOCAL, as the connection goes back to the pool.
BY_INDEX_ONLY = "; ".join(
    f"SET LOCAL {setting} = off" for setting in ("enable_seqscan", "enable_indexscan", "jit")
)
# `+ 0`, or the planner would gather every id of the span by the primary key, each time. OFFSET 0 keeps the
# conditions in their order: the eras last, which alone match everything.
LOOK_UP = """
SELECT found.rowid FROM unnest({arrays}) AS asked ({names}) CROSS JOIN LATERAL (
    SELECT rowid FROM chat_searchentry
    WHERE {conditions} AND rowid + 0 >= %s AND rowid + 0 < %s OFFSET 0
) AS found LIMIT %s
"""
WITHIN_ERAS = "tokens @@ %s::tsquery"
# Whoever else would merge now need not: it would wait, and find nothing to do.
MERGE_WAITING = """
SELECT gin_clean_pending_list('searchentry_tokens') WHERE pg_try_advisory_xact_lock(%s)
"""
LOCK = 7_083_102_441  # any number that no other pg_advisory lock of this project has


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
    """`merge_waiting` does it, beside the transaction."""


def merge_waiting() -> None:
    """Puts GIN's list of what waits into its tree, unless somebody is at it."""
    with connection.cursor() as cursor:
        cursor.execute(MERGE_WAITING, [LOCK])


def bodies(message_ids: Sequence[int]) -> list[tuple[int, str]]:
    with connection.cursor() as cursor:
        cursor.execute(BODIES, [_array(map(str, message_ids))])
        rows: list[tuple[int, str]] = cursor.fetchall()
        return rows


def look_up(
    rooms: Sequence[int], groups: Sequence[Sequence[str]], span: range, newest: int
) -> Iterator[int]:
    parts = [rooms[at : at + ROOMS_AT_ONCE] for at in range(0, len(rooms), ROOMS_AT_ONCE)]
    asked = [_array(f'"{_any_of(part, group)}"' for part in parts) for group in groups]
    part = span
    while part:
        eras = _eras_of(part) if len(part) < newest * GOOD_PART else []
        found = _gathered(asked, part, eras)
        if len(found) > MOST:
            part = part[-(len(part) // SHRINKING) :]
        else:
            yield from sorted(found, reverse=True)
            part = range(max(span.start, part.start - GROWTH * len(part)), part.start)


def merge(pages: int, *, from_all: bool) -> bool:
    """Never anything to do: VACUUM does it, and runs by itself."""
    return False


def _gathered(asked: Sequence[str], span: range, eras: Sequence[str]) -> list[int]:
    """In no order; all of them, or more than MOST."""
    names = [f"group{number}" for number in range(len(asked))]
    conditions = [f"tokens @@ asked.{name}" for name in names]
    statement = LOOK_UP.format(
        arrays=", ".join("%s::tsquery[]" for _ in names),
        names=", ".join(names),
        conditions=" AND ".join([*conditions, WITHIN_ERAS] if eras else conditions),
    )
    within = [" | ".join(eras)] if eras else []
    with transaction.atomic(), connection.cursor() as cursor:
        bounds = [span.start, span.stop, MOST + 1]
        cursor.execute(f"{BY_INDEX_ONLY};{statement}", [*asked, *within, *bounds])
        while cursor.description is None:
            cursor.nextset()
        return [pk for (pk,) in cursor.fetchall()]


def _any_of(rooms: Sequence[int], group: Sequence[str]) -> str:
    return " | ".join(f"'{room}{token}'" for room in rooms for token in group)


def _array(elements: Iterable[str]) -> str:
    """Its literal. The driver's own way takes many times as long."""
    return f"{{{','.join(elements)}}}"


def _without(eras: list[str], tokens: list[str]) -> str:
    return " ".join(token for token in tokens if token not in eras)


def _eras_of(span: range) -> list[str]:
    """The smallest of which few hold all of the span; of the largest as many as it takes."""
    sizes = [(bits, range(span.start >> bits, (span.stop - 1 >> bits) + 1)) for bits in ERAS]
    bits, eras = next((size for size in sizes if len(size[1]) <= ERAS_AT_ONCE), sizes[-1])
    return [f"'e{bits}.{era}'" for era in eras]


def _eras(message_id: int) -> list[str]:
    return [f"e{bits}.{message_id >> bits}" for bits in ERAS]
