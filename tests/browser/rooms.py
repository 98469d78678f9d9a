"""Rooms made behind the browsers' backs."""

import secrets

from playwright.sync_api import expect

from tests.browser.person import Person
from tests.server import Server

_MAKE = """
from accounts.models import User
from chat.actions.rooms import add_member, create_room
owner, member = (User.objects.get(username=name) for name in ({owner!r}, {member!r}))
add_member(create_room(kind="private", name={name!r}, owner=owner).pk, member)
"""


def meet(server: Server, owner: Person, member: Person) -> str:
    """A private room of the two, which both have open afterwards; its name and slug."""
    name = f"atelier{secrets.token_hex(3)}"
    code = _MAKE.format(owner=owner.username, member=member.username, name=name)
    server.manage("shell", "--verbosity=0", "--command", code)
    for person in (owner, member):
        person.page.get_by_role("link", name=name).click()
        expect(person.log).to_contain_text(name)
    return name
