"""How statements of the examination are sent: alone, and on PostgreSQL by the indexes they are made for."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction

# Without fresh statistics, as after a restore, PostgreSQL would read a whole table for a part of another, or
# gather and sort all that is left for every page. LOCAL, since a connection pooler may hand this session to
# somebody else.
BY_INDEX = "; ".join(
    f"SET LOCAL {setting} = off"
    for setting in (
        *("enable_seqscan", "enable_bitmapscan", "enable_hashagg", "enable_hashjoin"),
        *("enable_memoize", "jit"),
    )
)
PAGED = f"{BY_INDEX}; SET LOCAL enable_sort = off"


@contextmanager
def by_index(settings: str = PAGED) -> Iterator[None]:
    """Around one statement, which brings a page."""
    if connection.vendor != "postgresql":
        yield  # on SQLite a transaction would keep all writers out
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(settings)
        yield


def select(statement: str, values: Sequence[int]) -> list[tuple[Any, ...]]:
    with by_index(BY_INDEX), connection.cursor() as cursor:
        cursor.execute(statement, list(values))
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows
