"""The snapshot a connection starts from: oneself, one's rooms, and the people of direct rooms.

After a restart everybody comes back at once. Their snapshots are read together, by as many queries as one
takes, and a room that many share is read and shaped once.

Rooms are read before memberships. So a room's rev is older than the rest, and nobody is told what became of
a room after they were removed: whoever is still a member afterwards was one when the room was read, or has
joined since and may see it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime

from django.conf import settings
from msgspec.structs import replace

from accounts.models import User

from . import payloads
from .models import Block, Membership, Room, Site
from .own_parts import OwnParts
from .protocol.codec import timestamp
from .protocol.events import Welcome
from .protocol.fields import Ending, is_ending
from .protocol.shapes import Me, OwnRoom, ServerInfo
from .protocol.shapes import Room as RoomShape
from .queries import people_of_direct

MAX_ENDINGS = 1_000
_LAST_MESSAGE = ("room__last_seq", "room__last_message_at")


def welcome(reader_id: int) -> Welcome:
    [snapshot] = welcome_all([reader_id])
    return snapshot


def welcome_all(reader_ids: Sequence[int]) -> list[Welcome]:
    """Each reader's snapshot, in the order asked; eight queries at most, however many readers."""
    server = ServerInfo(version=settings.VERSION, epoch=str(Site.current().epoch))
    shared = _rooms_of(reader_ids)
    people = people_of_direct(shared.values())
    rooms = _own_rooms(reader_ids, shared, people)
    blocked = _blocked_by(reader_ids)
    named = {
        reader_id: {user_id for room in rooms[reader_id] for user_id in people.get(room.id, ())}
        | set(blocked[reader_id])
        for reader_id in reader_ids
    }
    rows = User.objects.in_bulk({*reader_ids}.union(*named.values()))
    profiles = {user_id: payloads.user(row) for user_id, row in rows.items()}
    return [
        Welcome(
            me=Me(
                user=profiles[reader_id],
                blocked=blocked[reader_id],
                hidden=rows[reader_id].presence_hidden,
                dnd_until=payloads.maybe(rows[reader_id].dnd_until),
            ),
            server=server,
            rooms=rooms[reader_id],
            users=[profiles[user_id] for user_id in sorted(named[reader_id])],
            online=[],
        )
        for reader_id in reader_ids
    ]


def room_ids_of(reader_ids: Sequence[int]) -> list[set[int]]:
    """The rooms each of them is in, in the order asked; one query."""
    found: dict[int, set[int]] = {reader_id: set() for reader_id in reader_ids}
    memberships = Membership.objects.active().filter(user__in=found)
    for user_id, room_id in memberships.values_list("user_id", "room_id"):
        found[user_id].add(room_id)
    return [found[reader_id] for reader_id in reader_ids]


def endings_of(reader_id: int, room_ids: AbstractSet[int]) -> dict[int, Ending]:
    """How the reader ceased to be in those of the rooms that they were in, of the last MAX_ENDINGS."""
    ended = Membership.objects.filter(user=reader_id, left_at__isnull=False).order_by("-left_at")
    return {
        row.room_id: standing
        for row in ended[:MAX_ENDINGS]
        if row.room_id in room_ids and is_ending(standing := payloads.standing(row))
    }


def _rooms_of(reader_ids: Iterable[int]) -> dict[int, RoomShape]:
    memberships = Membership.objects.active().filter(user__in=reader_ids)
    rooms = Room.objects.filter(pk__in=memberships.values("room"))
    return {row.pk: payloads.room(row) for row in rooms}


def _own_rooms(
    reader_ids: Iterable[int],
    shared: Mapping[int, RoomShape],
    people: Mapping[int, list[int]],
) -> Mapping[int, list[OwnRoom]]:
    """Without rooms that were joined since the shared part was read: one's own feed tells of those."""
    rooms: dict[int, list[OwnRoom]] = defaultdict(list)
    memberships = (
        Membership.objects.active().with_mentions().filter(user__in=reader_ids).order_by("room_id")
    )
    fields = ("user_id", "room_id", *payloads.OWN_FIELDS, *_LAST_MESSAGE)
    held = list(memberships.values_list(*fields, named=True))
    parts = OwnParts(held)
    for own in held:
        if room := shared.get(own.room_id):
            if own.room__last_seq != room.last_seq:
                room = _up_to_now(room, own.room__last_seq, own.room__last_message_at)
            rooms[own.user_id].append(parts.in_room(room, own, people.get(own.room_id)))
    return rooms


def _up_to_now(room: RoomShape, last_seq: int, last_at: datetime | None) -> RoomShape:
    """What is read and what mentions one was counted up to here: a client counts on from there."""
    return replace(room, last_seq=last_seq, last_at=None if last_at is None else timestamp(last_at))


def _blocked_by(reader_ids: Iterable[int]) -> Mapping[int, list[int]]:
    blocked: dict[int, list[int]] = defaultdict(list)
    for user_id, blocked_id in Block.objects.filter(user__in=reader_ids).values_list(
        "user_id", "blocked_id"
    ):
        blocked[user_id].append(blocked_id)
    return blocked
