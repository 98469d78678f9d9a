"""Nothing was stored twice for one send: of each author, every client_id once.

A constraint says so too, but a constraint may have been dropped, and its index may be damaged. Authors are
counted many at once; those among whom one was stored twice are walked, to say which.
"""

from collections.abc import Iterator
from uuid import UUID

from django.db.models import Min

from chat.models import Message

from . import spans
from .finding import BEYOND_REPAIR, Finding
from .pages import Tick, ignore, walk
from .plans import select

_LOWEST = UUID(int=0)
_HIGHEST = (1 << 63) - 1
_NEXT = """
SELECT author_id FROM chat_message WHERE author_id >= %s ORDER BY author_id, client_id LIMIT 1 OFFSET %s
"""
_COUNT = """
SELECT coalesce(sum(times), 0), coalesce(max(times), 0) FROM (
    SELECT count(*) AS times FROM chat_message
    WHERE author_id BETWEEN %s AND %s AND client_id IS NOT NULL GROUP BY author_id, client_id
) AS counted
"""


def check(tick: Tick) -> Iterator[Finding]:
    """`tick` gets each message that somebody sent once."""
    first: int | None = 0
    while first is not None:
        after = select(_NEXT, [first, spans.SPAN])
        end = after[0][0] if after else _HIGHEST
        ((number, most),) = select(_COUNT, [first, end])
        tick(int(number))
        if most > 1:
            yield from _check_authors(first, end)
        first = end + 1 if after else None


def _check_authors(first: int, last: int) -> Iterator[Finding]:
    author_id = _next_author(first - 1)
    while author_id is not None and author_id <= last:
        yield from _check_author(author_id, ignore)
        author_id = _next_author(author_id)


def _next_author(after: int) -> int | None:
    """Author by author, since an index is only entered at once below one of them."""
    found: int | None = Message.objects.filter(author__gt=after).aggregate(Min("author"))[
        "author__min"
    ]
    return found


def _check_author(author_id: int, tick: Tick) -> Iterator[Finding]:
    sent = Message.objects.filter(author=author_id).values_list("client_id", "pk")
    previous: UUID | None = None
    previous_pk = 0
    for client_id, pk in walk(sent, "client_id", _LOWEST, tick):
        if client_id == previous:
            yield _double(author_id, previous_pk, pk)
        previous, previous_pk = client_id, pk


def _double(author_id: int, first_pk: int, second_pk: int) -> Finding:
    rows = Message.objects.filter(pk__in=[first_pk, second_pk])
    (room_id, seq), *others = rows.order_by("pk").values_list("room_id", "seq")
    places = " and ".join(f"message {seq} of room {room_id}" for room_id, seq in others)
    detail = f"message {seq} has the client_id of {places}, both by user {author_id}"
    return Finding("client_id", f"{detail}; {BEYOND_REPAIR}", room_id, seq)
