"""Which rooms and people a search means. Only the reader's own rooms exist here."""

from collections.abc import Iterable
from typing import NamedTuple

from accounts.models import User
from accounts.names import normal_username
from chat import queries
from chat.errors import NotFound
from chat.models import Membership, direct_key


class Place(NamedTuple):
    """What a search knows of a room: somebody may be in hundreds, and whole rows take their time."""

    pk: int
    slug: str | None
    name: str
    direct_key: str | None
    first_seq: int
    last_seq: int


def rooms(reader_id: int, names: list[str], room_id: int | None) -> dict[int, Place]:
    """The reader's rooms, or those of them that are named: by address, name, or `@` and a username."""
    own = _own(reader_id) if room_id is None else _one(reader_id, room_id)
    if not names:
        return own
    named: dict[int, Place] = {}
    for name in names:
        found = _named(reader_id, name, own.values())
        if not found:
            raise NotFound(f"You are in no room {name}.")
        named.update((room.pk, room) for room in found)
    return named


def people(reader_id: int, names: list[str]) -> list[int]:
    """The ids of those named by username, or `me`."""
    return [_person(reader_id, name.removeprefix("@")) for name in names]


def _own(reader_id: int) -> dict[int, Place]:
    mine = Membership.objects.active().filter(user=reader_id)
    rows = mine.values_list(*(f"room__{field}" for field in Place._fields))
    return {place.pk: place for place in map(Place._make, rows)}


def _one(reader_id: int, room_id: int) -> dict[int, Place]:
    room = queries.readable(reader_id, room_id).room
    return {room_id: Place._make(getattr(room, field) for field in Place._fields)}


def _named(reader_id: int, name: str, own: Iterable[Place]) -> list[Place]:
    if name.startswith("@"):
        key = direct_key({reader_id, _person(reader_id, name[1:])})
        return [room for room in own if room.direct_key == key]
    wanted = name.removeprefix("#").casefold()
    return [
        room
        for room in own
        if room.slug is not None and wanted in (room.slug.casefold(), room.name.casefold())
    ]


def _person(reader_id: int, name: str) -> int:
    if name.casefold() == "me":
        return reader_id
    found = User.objects.filter(username=normal_username(name)).values_list("pk", flat=True).first()
    if found is None:
        raise NotFound(f"There is nobody called {name}.")
    return found
