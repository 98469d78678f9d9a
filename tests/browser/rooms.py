"""Rooms made behind the scenes, for journeys that begin in one."""

import secrets

from tests.browser.person import Person
from tests.server import Server

MAKE = """
from accounts.models import User
from chat.actions.rooms import add_member, create_room
owner, *members = [User.objects.get(username=name) for name in {usernames!r}]
room = create_room(kind="private", name={name!r}, owner=owner)
for member in members:
    add_member(room.pk, member)
"""


def make_room(server: Server, *people: Person) -> str:
    """A private room of these people, the first of them its owner; its name, which is its address."""
    name = f"atelier{secrets.token_hex(3)}"
    code = MAKE.format(usernames=[person.username for person in people], name=name)
    server.manage("shell", "--verbosity=0", "--command", code)
    return name
