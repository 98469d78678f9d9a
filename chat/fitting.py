"""How much an answer holds: MAX_REPLY_BYTES, shared among its messages, those they reply to, and the people
that these name. What is left is for what a `sync` says of members and of the room.

Pages have no hole: what does not fit is left out at an end, and asked for with the next page.
"""

from collections.abc import Sequence
from itertools import accumulate
from typing import TypeVar

from django.db.models import TextField
from django.db.models.functions import Cast, Coalesce, Length
from msgspec import Struct

from .protocol.codec import encode
from .protocol.limits import MAX_REPLY_BYTES
from .protocol.shapes import Message

T = TypeVar("T", bound=Struct)

MESSAGES_BYTES, REPLIED_BYTES, NAMED_BYTES = (MAX_REPLY_BYTES // n for n in (2, 4, 5))
# What an encoded message takes at the least: a character is a byte or more.
LEAST_BYTES = Length("body") + Coalesce(Length(Cast("content", TextField())), 0)


def within_bytes(
    page: list[Message],
    *,
    keep_first: bool,
    around: int | None = None,
    most: int = MESSAGES_BYTES,
) -> list[Message]:
    """As many as fit, and one at the least: from the start, the end, or around a seq."""
    sizes = [(message.seq, len(encode(message))) for message in page]
    return page[_places(sizes, most, keep_first=keep_first, around=around)]


def seqs_within_bytes(
    sizes: list[tuple[int, int]], *, keep_first: bool, around: int | None
) -> range:
    """The same of ascending (seq, bytes), before the messages themselves are read."""
    kept = sizes[_places(sizes, MESSAGES_BYTES, keep_first=keep_first, around=around)]
    return range(kept[0][0], kept[-1][0] + 1) if kept else range(0)


def as_many_as_fit(rows: Sequence[T], *, most: int = NAMED_BYTES) -> list[T]:
    """The first of them, as long as there is room: for people, unless something else is said."""
    sizes = accumulate(len(encode(row)) for row in rows)
    return [row for row, size in zip(rows, sizes, strict=True) if size <= most]


def _places(
    sizes: list[tuple[int, int]], most: int, *, keep_first: bool, around: int | None
) -> slice:
    spare = most - sum(size for _, size in sizes)
    start, end = 0, len(sizes)
    while spare < 0 and end - start > 1:
        if around is not None:
            drop_first = around - sizes[start][0] > sizes[end - 1][0] - around
        else:
            drop_first = not keep_first
        if drop_first:
            spare += sizes[start][1]
            start += 1
        else:
            end -= 1
            spare += sizes[end][1]
    return slice(start, end)
