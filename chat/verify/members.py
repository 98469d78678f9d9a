"""Memberships against their room: read pointers, mentions, the people of a direct room."""

from collections.abc import Iterator

from django.db.models import F, Q

from chat.models import Membership, Room

from .finding import BEYOND_REPAIR, Finding
from .pages import ignore, walk
from .room_state import RoomState


def check(room: RoomState) -> Iterator[Finding]:
    yield from _check_pointers(room)
    if room.kind == Room.Kind.DIRECT:
        yield from _check_people(room)


def _check_pointers(room: RoomState) -> Iterator[Finding]:
    """The database looks for them: of a large room's members only the odd ones are sent here."""
    last_seq = F("room__last_seq")
    odd = (
        Membership.objects.filter(room=room.id)
        .filter(
            Q(read_seq__gt=last_seq) | Q(mentions__lt=0) | Q(mentions__gt=last_seq - F("read_seq"))
        )
        .values_list("user_id", "pk", "read_seq", "mentions", "room__last_seq")
    )
    for user_id, _, read_seq, mentions, last in walk(odd, "user_id", 0, ignore):
        if read_seq > last:
            detail = f"user {user_id} has read up to {read_seq}, but last_seq is {last}"
            yield Finding("read_seq", detail, room.id, repairable=True)
        if not 0 <= mentions <= max(0, last - read_seq):
            detail = f"user {user_id} has {mentions} unread mentions in {last - read_seq} messages"
            yield Finding("mentions", f"{detail}; reading the room sets it right", room.id)


def _check_people(room: RoomState) -> Iterator[Finding]:
    """Those who left count too: a direct room is that of a set of people for ever."""
    rows = Membership.objects.filter(room=room.id).values_list("user_id", "pk")
    people = ",".join(str(user_id) for user_id, _ in walk(rows, "user_id", 0, ignore))
    if people != room.direct_key:
        detail = f"direct_key is {room.direct_key}, but its people are {people}; {BEYOND_REPAIR}"
        yield Finding("direct_key", detail, room.id)
