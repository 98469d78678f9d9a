"""What anybody signed in may find: public rooms and people."""

import unicodedata

from django.db.models import Q

from accounts.models import User
from accounts.search import people_beginning_with

from . import payloads
from .models import Membership, Room
from .people import find
from .protocol.commands import RoomList, UsersSearch
from .protocol.limits import DEFAULT_PAGE, MAX_FOUND_USERS, MAX_QUERY
from .protocol.results import RoomsResult, UsersResult


def public_rooms(reader_id: int, command: RoomList) -> RoomsResult:
    """One page by id; two queries, however many rooms there are. Archived ones are not for newcomers."""
    listed = Room.objects.filter(
        kind=Room.Kind.PUBLIC, archived_at__isnull=True, pk__gt=command.after
    )
    if words := _words(command.q):
        listed = listed.filter(_says("name", words) | _says("topic", words))
    rows = list(listed.order_by("pk")[: DEFAULT_PAGE + 1])
    page = rows[:DEFAULT_PAGE]
    memberships = Membership.objects.active().filter(user=reader_id, room__in=page)
    joined = set(memberships.values_list("room_id", flat=True))
    return RoomsResult(
        rooms=[payloads.listed_room(row, joined=row.pk in joined) for row in page],
        more=len(rows) > DEFAULT_PAGE,
    )


def people(reader_id: int, command: UsersSearch) -> UsersResult:
    """The first few whose username or name begins so; if there is room left, whose name has it within."""
    if command.room is not None:
        return find(reader_id, command.room, command.q)
    words = _words(command.q)
    if not words:
        return UsersResult(users=[])
    found = _first(people_beginning_with(words), MAX_FOUND_USERS)
    if len(found) < MAX_FOUND_USERS:
        others = _says("name", words) & ~Q(pk__in=[user.pk for user in found])
        found += _first(others, MAX_FOUND_USERS - len(found))
    return UsersResult(users=[payloads.user(user) for user in found])


def _first(condition: Q, limit: int) -> list[User]:
    return list(User.objects.filter(condition, is_active=True).order_by("username")[:limit])


def _words(text: str) -> str:
    """As names are stored; what is longer than any name is cut, before it is normalised."""
    return unicodedata.normalize("NFC", " ".join(text[:MAX_QUERY].split()))


def _says(field: str, words: str) -> Q:
    """No database folds the case of all scripts, so a few ways to write it are tried."""
    said = Q()
    for spelling in {words, words.lower(), words.capitalize(), words.title(), words.upper()}:
        said |= Q(**{f"{field}__icontains": spelling})
    return said
