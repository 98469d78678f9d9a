"""Rooms made behind the scenes, for journeys that begin in one."""

import secrets

from playwright.sync_api import expect

from tests.browser.person import Person
from tests.server import Server

MAKE = """
from accounts.models import User
from chat.actions.rooms import add_member, create_room
owner, *members = [User.objects.get(username=name) for name in {usernames!r}]
room = create_room(kind="private", name={name!r}, slug={name!r}, owner=owner)
for member in members:
    add_member(room.pk, member)
"""


def make_room(server: Server, *people: Person, name: str = "") -> str:
    """A private room of these people, the first of them its owner; its name, which is its address."""
    name = name or f"atelier{secrets.token_hex(3)}"
    code = MAKE.format(usernames=[person.username for person in people], name=name)
    server.run(code)
    return name


_ADD = """
from accounts.models import User
from chat.actions.rooms import add_member
from chat.models import Room
room = Room.objects.get(slug={name!r})
add_member(room.pk, User.objects.get(username={username!r}))
"""


def add(server: Server, name: str, person: Person) -> None:
    """Somebody more in a room."""
    code = _ADD.format(name=name, username=person.username)
    server.run(code)


def meet(server: Server, *people: Person) -> str:
    """The same, and all of them have it open afterwards."""
    name = make_room(server, *people)
    for person in people:
        person.page.get_by_role("link", name=name).click()
        expect(person.log).to_contain_text(name)
    return name


_FILL = """
import uuid
from datetime import timedelta
from django.db import transaction
from django.utils import timezone
from chat.models import Message, Room
with transaction.atomic():  # as each change of a room: the server may be at it
    room = Room.objects.select_for_update().get(slug={name!r})
    author = room.memberships.first().user
    first = room.last_seq + 1
    now = timezone.now()
    Message.objects.bulk_create(
        [
            Message(
                room=room, seq=seq, rev=rev, created_rev=rev, author=author,
                client_id=uuid.uuid4(), body=f"message {{seq}}",
                at=now - timedelta(minutes={minutes} * ({count} - seq)),
            )
            for rev, seq in enumerate(range(first, {count} + 1), start=room.last_rev + 1)
        ],
        batch_size=500,
    )
    room.last_rev += {count} - first + 1
    room.last_seq = {count}
    room.last_message_at = now
    room.save()
"""


def fill(server: Server, name: str, count: int, *, minutes: int = 0) -> None:
    """Messages up to this number, so many minutes apart, as if they had been written long ago."""
    code = _FILL.format(name=name, count=count, minutes=minutes)
    server.run(code)


_SAY = """
from accounts.models import User
from chat.models import Room
from tests.chat.sending import say
author = User.objects.get(username={username!r})
for text in {texts!r}:
    say(author, Room.objects.get(slug={name!r}), text)
"""


def say_all(server: Server, name: str, person: Person, texts: list[str]) -> None:
    """Said by somebody, but not in their page, for which so many take long."""
    code = _SAY.format(username=person.username, name=name, texts=texts)
    server.run(code)


_EMPTY = """
from chat.actions.changing import changing
from chat.actions.members import expel
from chat.models import Membership, Message, Room
room = Room.objects.get(slug={name!r})
members = list(Membership.objects.active().filter(room=room).values_list("user_id", flat=True))
with changing(room.pk, *members) as change:
    for member in members:
        expel(change, change.membership(member), Membership.Ending.LEFT)
    Message.objects.filter(room=room).delete()
    change.room.first_seq = change.room.last_seq + 1
    change.publish_room()
"""


def empty(server: Server, name: str) -> None:
    """All are out of the room, and what was said in it is gone."""
    server.run(_EMPTY.format(name=name))
