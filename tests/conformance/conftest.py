"""The cast as visitors of the running server, and rooms that nobody else speaks in."""

import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from tests.client import Visitor
from tests.server import Server

pytest.register_assert_rewrite("tests.conformance.mirror")  # to be shown how two mirrors differ

ROOMS_AT_ONCE = 20
MAKE_ROOMS = """
import json
from accounts.models import User
from chat.actions.rooms import add_member, create_room
alice, bob = User.objects.get(username={alice!r}), User.objects.get(username={bob!r})
names = ["{prefix} %d" % number for number in range({count})]
rooms = [create_room(kind={kind!r}, name=name, owner=alice) for name in names]
for room in rooms:
    add_member(room.pk, bob)
print(json.dumps([room.pk for room in rooms]))
"""


@dataclass
class Company:
    """Alice owns rooms, Bob is a member of them, Carol is not; all three are in `general`."""

    server: Server
    suffix: str = field(default_factory=lambda: secrets.token_hex(3))
    people: dict[str, Visitor] = field(default_factory=dict)
    unused_rooms: list[int] = field(default_factory=list)

    def sign_up(self) -> None:
        for name in ("alice", "bob", "carol"):
            self.people[name] = Visitor(self.server.url)
            self.people[name].sign_up(name + self.suffix)

    def room(self) -> int:
        if not self.unused_rooms:
            self.unused_rooms = self.make_rooms("private", ROOMS_AT_ONCE)
        return self.unused_rooms.pop()

    def make_rooms(self, kind: str, count: int) -> list[int]:
        code = MAKE_ROOMS.format(
            alice="alice" + self.suffix,
            bob="bob" + self.suffix,
            prefix=f"Atelier {secrets.token_hex(3)}",
            count=count,
            kind=kind,
        )
        ids: list[int] = json.loads(self.server.run(code))
        return ids


@pytest.fixture(scope="session")
def company(shared_server: Server) -> Company:
    shared_server.ensure_running()
    company = Company(shared_server)
    company.sign_up()
    return company


@pytest.fixture
def alice(server: Server, company: Company) -> Visitor:
    return company.people["alice"]


@pytest.fixture
def bob(server: Server, company: Company) -> Visitor:
    return company.people["bob"]


@pytest.fixture
def carol(server: Server, company: Company) -> Visitor:
    return company.people["carol"]


@pytest.fixture
def room(server: Server, company: Company) -> int:
    """A private room, still empty, of Alice and Bob."""
    return company.room()


@pytest.fixture(scope="session")
def public_room(company: Company) -> int:
    """A public room of Alice and Bob, which Carol has not joined."""
    return company.make_rooms("public", 1)[0]


@pytest.fixture(scope="module")
def second_process(shared_server: Server) -> Iterator[Server]:
    second = Server(shared_server.var_dir, **shared_server.settings)
    second.start()
    yield second
    second.close()


@pytest.fixture
def neighbour(second_process: Server, server: Server) -> Iterator[Server]:
    """A second process over the same database; on SQLite they share no channel layer."""
    with second_process.without_complaints():
        yield second_process
