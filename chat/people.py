"""Who of a room is found by name: for whoever writes in it and has begun an `@`."""

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from accounts.models import User
from accounts.names import normal_name, normal_username

from . import payloads
from .errors import BadRequest
from .protocol.limits import MAX_FOUND_USERS, MAX_NAME
from .protocol.results import UsersResult
from .queries import readable


def find(reader_id: int, room_id: int, q: str) -> UsersResult:
    """Members whose username or name begins with the text, then those that hold it; of no text, the first."""
    if len(q) > MAX_NAME:  # before it is normalised: to sort a long pile of accents takes seconds
        raise BadRequest(f"A name has at most {MAX_NAME} characters.")
    readable(reader_id, room_id)
    text = normal_name(q).removeprefix("@")
    people = User.objects.filter(
        is_active=True, memberships__room=room_id, memberships__left_at=None
    )
    if text:
        people = people.filter(_holding(text))
    return UsersResult(users=[payloads.user(row) for row in _ordered(people, text)])


def _holding(text: str) -> Q:
    return Q(username__contains=normal_username(text)) | Q(name__icontains=text)


def _ordered(people: QuerySet[User], text: str) -> QuerySet[User]:
    begins = Q(username__startswith=normal_username(text)) | Q(name__istartswith=text)
    rank = Case(When(begins, then=Value(0)), default=Value(1), output_field=IntegerField())
    return people.order_by(rank, "username")[:MAX_FOUND_USERS]
