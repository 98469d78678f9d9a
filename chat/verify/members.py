"""Memberships against their room: read pointers, the people of a direct room."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from django.db.models import F

from chat.models import Membership, Room

from .finding import BEYOND_REPAIR, Finding
from .pages import ignore, walk
from .room_state import RoomState


def odd(rooms: Sequence[RoomState]) -> set[int]:
    """Those in which `check` may find something; they follow each other."""
    among = Membership.objects.filter(room__gte=rooms[0].id, room__lte=rooms[-1].id)
    ahead = among.filter(read_seq__gt=F("room__last_seq")).values_list("room_id", flat=True)
    direct = {room.id: room.direct_key for room in rooms if room.kind == Room.Kind.DIRECT}
    people: dict[int, list[str]] = defaultdict(list)
    if direct:
        of_direct = among.filter(room__in=direct).order_by("room", "user")
        for room_id, user_id in of_direct.values_list("room_id", "user_id"):
            people[room_id].append(str(user_id))
    strange = {room_id for room_id, key in direct.items() if ",".join(people[room_id]) != key}
    return strange | set(ahead.distinct())


def check(room: RoomState) -> Iterator[Finding]:
    yield from _check_pointers(room)
    if room.kind == Room.Kind.DIRECT:
        yield from _check_people(room)


def _check_pointers(room: RoomState) -> Iterator[Finding]:
    """The database looks for them: of a large room's members only the odd ones are sent here."""
    odd = Membership.objects.filter(room=room.id, read_seq__gt=F("room__last_seq")).values_list(
        "user_id", "pk", "read_seq", "room__last_seq"
    )
    for user_id, _, read_seq, last in walk(odd, "user_id", 0, ignore):
        detail = f"user {user_id} has read up to {read_seq}, but last_seq is {last}"
        yield Finding("read_seq", detail, room.id, repairable=True)


def _check_people(room: RoomState) -> Iterator[Finding]:
    """Those who left count too: a direct room is that of a set of people for ever."""
    rows = Membership.objects.filter(room=room.id).values_list("user_id", "pk")
    people = ",".join(str(user_id) for user_id, _ in walk(rows, "user_id", 0, ignore))
    if people != room.direct_key:
        detail = f"direct_key is {room.direct_key}, but its people are {people}; {BEYOND_REPAIR}"
        yield Finding("direct_key", detail, room.id)
