"""The cast: Alice owns, Bob is a member, Carol has no access."""

import pytest

from accounts.models import User
from accounts.registration import register
from chat.models import Membership, Room
from tests.client import PASSWORD


def make_person(username: str, *, name: str = "", **fields: bool) -> User:
    return register(username=username, password=PASSWORD, name=name, **fields)


def make_room(owner: User, *members: User, name: str = "Atelier", **fields: str) -> Room:
    """A private room, as if its owner had made it and the members had joined in this order."""
    people = [owner, *members]
    room = Room.objects.create(
        name=name,
        last_rev=1 + len(people),
        meta_rev=1,
        member_count=len(people),
        created_by=owner,
        **{"kind": Room.Kind.PRIVATE, "slug": name.lower()} | fields,
    )
    for rev, person in enumerate(people, start=2):
        role = Membership.Role.OWNER if person == owner else Membership.Role.MEMBER
        Membership.objects.create(room=room, user=person, role=role, rev=rev)
    return room


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
