"""What pages say of rooms and messages, which have numbers for the machine."""

from collections import defaultdict
from collections.abc import Iterable

from chat.models import Membership, Message, Room


def places(rooms: Iterable[Room]) -> dict[int, str]:
    """Rooms by what they are called: their names, and of direct rooms their people. One query, or none."""
    called = {room.pk: room for room in rooms}
    direct = [room.pk for room in called.values() if room.kind == Room.Kind.DIRECT]
    people = defaultdict[int, list[str]](list)
    if direct:
        members = Membership.objects.filter(room__in=direct).select_related("user").order_by("pk")
        for member in members:
            people[member.room_id].append(str(member.user))
    return {pk: ", ".join(people[pk]) or str(room) for pk, room in called.items()}


def title_of(message: Message) -> str:
    place = places([message.room])[message.room_id]
    return f"{place} · {message.author or message.seq}"
