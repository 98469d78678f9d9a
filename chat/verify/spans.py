"""Goes through a table in spans of its numbers, each as much as one statement is to look at."""

from collections.abc import Iterator
from typing import NamedTuple

from .plans import select

SPAN = 20_000
_MOST = (1 << 63) - 1
_LOWEST = "SELECT min({column}) FROM {table} WHERE {among}{column} >= %s"
_HIGHEST = "SELECT max({column}) FROM {table} WHERE {among}{column} <= %s"


class Span(NamedTuple):
    first: int
    last: int


def spans(table: str, column: str, room_id: int | None = None) -> Iterator[Span]:
    """Those in which there is anything, of the whole table or of one room's rows.

    What gets a higher number meanwhile is left out, so it ends; where numbers are nonsense, it skips.
    """
    among, values = ("", []) if room_id is None else ("room_id = %s AND ", [room_id])
    names = {"table": table, "column": column, "among": among}
    ((end,),) = select(_HIGHEST.format(**names), [*values, _MOST])
    last = -_MOST
    while end is not None and last < end:
        ((first,),) = select(_LOWEST.format(**names), [*values, last + 1])
        if first is None or first > end:
            return
        last = min(first + SPAN - 1, end)
        yield Span(first, last)
