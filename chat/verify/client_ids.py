"""Nothing was stored twice for one send: of each author, every client_id once.

A constraint says so too, but a constraint may have been dropped, and its index may be damaged.
"""

from collections.abc import Iterator
from uuid import UUID

from django.db.models import Min

from chat.models import Message

from .finding import BEYOND_REPAIR, Finding
from .pages import Tick, walk

_LOWEST = UUID(int=0)


def check(tick: Tick) -> Iterator[Finding]:
    """`tick` gets each message that somebody sent once."""
    author_id = _next_author(0)
    while author_id is not None:
        yield from _check_author(author_id, tick)
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
