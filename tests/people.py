"""The cast: Alice owns, Bob is a member, Carol has no access."""

from typing import Any

import pytest

from accounts.models import User
from accounts.registration import register
from chat.actions.direct import open_direct
from chat.actions.rooms import add_member, create_room
from chat.models import Room
from chat.naming import slugify
from tests.client import PASSWORD


def make_person(username: str, *, name: str = "") -> User:
    return register(username=username, password=PASSWORD, name=name)


def make_room(
    owner: User, *members: User, name: str = "Atelier", kind: Room.Kind = Room.Kind.PRIVATE
) -> Room:
    """A room that its owner made and the members then joined, at the address of its name."""
    room = create_room(kind=kind, name=name, owner=owner, slug=slugify(name))
    for member in members:
        add_member(room.pk, member)
    room.refresh_from_db()
    return room


def make_direct(*people: User) -> Room:
    """The direct room of these people."""
    opened = open_direct(people[0].pk, [person.pk for person in people])
    return Room.objects.get(pk=opened.room.id)


def make_crowd(count: int, **fields: Any) -> list[User]:
    """Many people the short way, in no room; they cannot sign in."""
    names = [f"crowd{number}" for number in range(count)]
    return User.objects.bulk_create(
        User(username=name, username_skeleton=name, **fields) for name in names
    )


@pytest.fixture
def alice(db: None) -> User:
    return make_person("alice", name="Alice")


@pytest.fixture
def bob(db: None) -> User:
    return make_person("bob", name="Bob")


@pytest.fixture
def carol(db: None) -> User:
    return make_person("carol", name="Carol")


@pytest.fixture
def room(alice: User, bob: User) -> Room:
    """Alice's private room: Bob is in it, Carol is not."""
    return make_room(alice, bob)
