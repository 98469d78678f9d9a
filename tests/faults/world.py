"""What is to be broken: two servers on PostgreSQL and Redis or one on SQLite, and the people there."""

import json
from pathlib import Path

from tests.faults.client import Person
from tests.server import Server, free_port
from tests.services import Postgres, Redis, Service

PEOPLE = 60
ROOMS = 10
MAKE_PEOPLE = """
import json
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from accounts.registration import register
from chat.actions.rooms import add_member, create_room

def sign_in(user):
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return session.session_key

people = [register(username="person-%d" % number, password=None) for number in range({people})]
rooms = [create_room(kind="private", name="Room %d" % number).pk for number in range({rooms})]
made = []
for number, user in enumerate(people):
    own = [rooms[number % len(rooms)], rooms[(number // 2 + 1) % len(rooms)]]
    for room in own:
        add_member(room, user)
    made.append((user.pk, sign_in(user), sorted(set(own))))
print(json.dumps(made))
"""


class World:
    """Owner: the session's fixture, which starts it and ends it. Between two scenarios it is whole."""

    def __init__(self, folder: Path, backend: str) -> None:
        self.name = backend
        self.postgres: Postgres | None = None
        self.redis: Redis | None = None
        if backend == "postgresql":
            self.postgres, self.redis = Postgres(), Redis()
        self.proxy_port = free_port()
        self.site = f"http://127.0.0.1:{self.proxy_port}"
        self._folder = folder
        self.servers: list[Server] = []
        self.people: list[Person] = []

    @property
    def database_url(self) -> str:
        url: str = self.servers[0].env["DATABASE_URL"]
        return url

    def start(self) -> None:
        env = {"SITE_URL": self.site}
        if self.postgres and self.redis:
            for service in (self.postgres, self.redis):
                service.start()
            env["DATABASE_URL"] = self.postgres.create_database("chat")
            env["REDIS_URL"] = self.redis.url
        count = 2 if self.postgres else 1
        self.servers = [Server(self._folder, **env) for _ in range(count)]
        self.servers[0].prepare()
        code = MAKE_PEOPLE.format(people=PEOPLE, rooms=ROOMS)
        made = json.loads(self.servers[0].manage("shell", "--verbosity=0", "--command", code))
        self.people = [Person(*one) for one in made]
        for server in self.servers:
            server.start()

    def heal(self) -> None:
        """Whatever a scenario left broken, also one that failed."""
        for service in self._services:
            if not service.is_running:
                service.start()
            service.go_on()
        for server in self.servers:
            server.ensure_running()

    def end(self) -> None:
        for server in self.servers:
            if server.is_running:
                server.kill()
        for service in self._services:
            service.remove()

    def last_words(self) -> str:
        """The end of each server's log."""
        return "\n".join(
            f"--- {server.log.name}\n" + "\n".join(server.log.read_text().splitlines()[-15:])
            for server in self.servers
        )

    @property
    def _services(self) -> list[Service]:
        return [service for service in (self.postgres, self.redis) if service is not None]
