"""Many people at once, signed in without a form: accounts, rooms and sessions straight in the database."""

import json

from tests.faults.client import Person
from tests.server import Server

MAKE_CROWD = """
import json
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import transaction
from accounts.registration import register
from chat.actions.rooms import add_member, create_room

def sign_in(user):
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return session.session_key

made = []
with transaction.atomic():
    people = [register(username="{name}-%d" % number, password=None) for number in range({people})]
    rooms = [
        create_room(kind="private", name="{name} %d" % number).pk for number in range({rooms})
    ]
    for number, user in enumerate(people):
        own = sorted({{rooms[(number + step) % {rooms}] for step in range({each})}})
        for room in own:
            add_member(room, user)
        made.append((user.pk, sign_in(user), own))
print(json.dumps(made))
"""


def make_crowd(server: Server, name: str, people: int, *, rooms: int, each: int) -> list[Person]:
    """So many people, each in `each` of so many rooms that are theirs, and in `general` as everybody."""
    code = MAKE_CROWD.format(name=name, people=people, rooms=rooms, each=each)
    made = json.loads(server.manage("shell", "--verbosity=0", "--command", code))
    return [Person(*one) for one in made]
