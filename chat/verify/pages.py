"""Walks through tables of any size, a page at a time.

Not `.iterator()`: on SQLite that keeps a read transaction open for as long as the walk, and on PostgreSQL
its cursor is computed whole on the server before the first row comes.
"""

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from django.db.models import Q, QuerySet

from .plans import by_index

PAGE = 2_000

Row = TypeVar("Row", bound=tuple[Any, ...])
Tick = Callable[[int], None]


def walk(rows: QuerySet[Any, Row], column: str, since: Any, tick: Tick) -> Iterator[Row]:
    """The rows whose `column` is `since` or more, in the order of (column, id).

    Each row's first two values must be these two. `tick` gets the number of rows of each page. For every
    page to cost the same, an index must begin with what `rows` is narrowed to one value of, then `column`;
    and `rows` must have no lower bound of its own, at which SQLite might begin each page.
    """
    value, pk = since, 0
    while True:
        # The second condition alone would do, but no index can begin at it. The id in it lets no double
        # slip through between two pages.
        beyond = Q(**{f"{column}__gte": value}) & (Q(**{f"{column}__gt": value}) | Q(pk__gt=pk))
        with by_index():
            page = list(rows.filter(beyond).order_by(column, "pk")[:PAGE])
        tick(len(page))
        yield from page
        if len(page) < PAGE:
            return
        value, pk = page[-1][:2]


def ignore(rows: int) -> None:
    """The `tick` of walks that nobody counts."""
