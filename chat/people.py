"""Who is found by name.

Profiles are no secret among those who have an account. Addresses are, and find nobody.
"""

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from accounts.models import User
from accounts.names import normal_name, normal_username
from accounts.search import called

from . import payloads
from .errors import BadRequest
from .protocol.limits import MAX_FOUND_USERS, MAX_NAME
from .protocol.results import UsersResult
from .queries import readable


def find(reader_id: int, q: str, *, room_id: int | None = None) -> UsersResult:
    """Those whose username or name begins with the text come first; in a room, those that hold it follow.

    Over the whole site only beginnings are looked for: these have an index, and there may be many people.
    """
    text = normal_name(q).removeprefix("@")
    if len(text) > MAX_NAME:
        raise BadRequest(f"A name has at most {MAX_NAME} characters.")
    people = User.objects.filter(is_active=True)
    if room_id is None:
        if not text:
            raise BadRequest("Say who is looked for.")
        people = people.filter(called(text))
    else:
        readable(reader_id, room_id)
        people = people.filter(memberships__room=room_id, memberships__left_at=None)
        if text:
            people = people.filter(_holding(text))
    return UsersResult(users=[payloads.user(row) for row in _ordered(people, text)])


def _holding(text: str) -> Q:
    return Q(username__contains=normal_username(text)) | Q(name__icontains=text)


def _ordered(people: QuerySet[User], text: str) -> QuerySet[User]:
    begins = Q(username__startswith=normal_username(text)) | Q(name__istartswith=text)
    rank = Case(When(begins, then=Value(0)), default=Value(1), output_field=IntegerField())
    return people.order_by(rank, "username")[:MAX_FOUND_USERS]
