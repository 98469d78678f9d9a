import json
import secrets

import pytest

from tests.client import Visitor
from tests.deploy.site import DeployedServer
from tests.faults.client import Person
from tests.faults.world import MAKE_PEOPLE
from tests.server import Server

PEOPLE = 12
ROOMS = 4


@pytest.fixture
def site(server: Server) -> DeployedServer:
    """nginx and two processes, on PostgreSQL and Redis."""
    assert isinstance(server, DeployedServer)
    return server


@pytest.fixture(scope="session")
def people(shared_server: Server) -> list[Person]:
    """Those who talk while parts are restarted."""
    code = MAKE_PEOPLE.format(people=PEOPLE, rooms=ROOMS)
    made = json.loads(shared_server.manage("shell", "--verbosity=0", "--command", code))
    return [Person(*one) for one in made]


@pytest.fixture(scope="session")
def visitor(shared_server: Server) -> Visitor:
    """Somebody who looks at pages and uploads files."""
    visitor = Visitor(shared_server.url, patience=50)
    visitor.sign_up(f"visitor{secrets.token_hex(3)}")
    return visitor
