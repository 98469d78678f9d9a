"""Fills a fresh database with people who are signed in and share rooms: a process of its own.

Standard input has a `Plan`, standard output gets `{"rooms": [ids], "sessions": [keys]}`. The rows are written
in bulk, since thousands of joins one by one would take minutes; `manage.py verify_chat` finds them sound.
"""

import sys

import msgspec
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import transaction

from accounts.models import User
from accounts.session_engine import SessionStore
from chat.actions.rooms import create_room
from chat.models import Membership, Room

from .plan import Made, Plan


def main() -> None:
    made = fill(msgspec.json.decode(sys.stdin.buffer.read(), type=Plan))
    sys.stdout.buffer.write(msgspec.json.encode(made))


def fill(plan: Plan) -> Made:
    """All in one transaction."""
    with transaction.atomic():
        people = _make_people(plan.people)
        rooms = [
            _make_room(number, people[first:after])
            for number, (first, after) in enumerate(plan.rooms)
        ]
        return Made(rooms, [_sign_in(person) for person in people])


def _make_people(count: int) -> list[User]:
    people = [User.objects.build(f"person{n}") for n in range(count)]
    return User.objects.bulk_create(people)


def _make_room(number: int, people: list[User]) -> int:
    room = create_room(kind=Room.Kind.PRIVATE, name=f"Room {number}")
    first = room.last_rev + 1
    Membership.objects.bulk_create(
        Membership(room=room, user=person, rev=rev) for rev, person in enumerate(people, first)
    )
    Room.objects.filter(pk=room.pk).update(
        last_rev=room.last_rev + len(people), member_count=len(people)
    )
    return room.pk


def _sign_in(person: User) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.create()
    assert session.session_key
    return session.session_key
