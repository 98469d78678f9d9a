"""Which rooms and people a search means. Only the reader's own rooms exist here."""

from collections.abc import Iterable

from accounts.models import User
from accounts.names import normal_username
from chat import queries
from chat.errors import NotFound
from chat.models import Membership, Room, direct_key


def rooms(reader_id: int, names: list[str], room_id: int | None) -> dict[int, Room]:
    """The reader's rooms, or those of them that are named: by address, name, or `@` and a username."""
    if room_id is None:
        mine = Membership.objects.active().select_related("room").filter(user=reader_id)
        own = {row.room_id: row.room for row in mine}
    else:
        own = {room_id: queries.readable(reader_id, room_id).room}
    if not names:
        return own
    named: dict[int, Room] = {}
    for name in names:
        found = _named(reader_id, name, own.values())
        if not found:
            raise NotFound(f"You are in no room {name}.")
        named.update((room.pk, room) for room in found)
    return named


def people(reader_id: int, names: list[str]) -> list[int]:
    """The ids of those named by username, or `me`."""
    return [_person(reader_id, name.removeprefix("@")) for name in names]


def _named(reader_id: int, name: str, own: Iterable[Room]) -> list[Room]:
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
