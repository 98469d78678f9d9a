"""Who is found by name: of everybody, or of a room for whoever writes in it and has begun an `@`."""

from django.db.models import Q, QuerySet

from accounts.models import User
from accounts.names import normal_name
from accounts.search import people_beginning_with, people_holding

from . import payloads
from .errors import BadRequest
from .protocol.commands import UsersSearch
from .protocol.limits import MAX_FOUND_USERS, MAX_NAME
from .protocol.results import UsersResult
from .queries import readable


def search(reader_id: int, command: UsersSearch) -> UsersResult:
    """The first few whose username or name begins so; if there is room left, those that hold it."""
    if (
        len(command.q) > MAX_NAME
    ):  # before it is normalised: to sort a long pile of accents takes seconds
        raise BadRequest(f"A name has at most {MAX_NAME} characters.")
    people = _within(reader_id, command.room)
    text = normal_name(command.q).removeprefix("@")
    found = _found(people, text) if text else _first(people, Q(), MAX_FOUND_USERS)
    return UsersResult(users=[payloads.user(user) for user in found])


def _within(reader_id: int, room_id: int | None) -> QuerySet[User]:
    people = User.objects.filter(is_active=True)
    if room_id is None:
        return people
    readable(reader_id, room_id)
    return people.filter(memberships__room=room_id, memberships__left_at=None)


def _found(people: QuerySet[User], text: str) -> list[User]:
    found = _first(people, people_beginning_with(text), MAX_FOUND_USERS)
    if len(found) < MAX_FOUND_USERS:
        others = people_holding(text) & ~Q(pk__in=[user.pk for user in found])
        found += _first(people, others, MAX_FOUND_USERS - len(found))
    return found


def _first(people: QuerySet[User], condition: Q, limit: int) -> list[User]:
    return list(people.filter(condition).order_by("username")[:limit])
