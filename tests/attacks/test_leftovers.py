"""What connections leave to the garbage collector: nothing that it would have to complain of."""

from tests.attacks import plants
from tests.attacks.canary import visitor_of
from tests.attacks.conftest import Attacked
from tests.attacks.crowd import make_crowd
from tests.attacks.frozen import greet
from tests.attacks.watched import WatchedServer


def complaints_of_the_collector(server: WatchedServer) -> list[str]:
    server.look()  # which collects
    return server.new_complaints()


async def test_a_handshake_leaves_no_file_open(attacked: Attacked) -> None:
    server = attacked()
    (person,) = make_crowd(server, "guest", 1, rooms=1, each=1)
    wire = await greet(server.url, person)
    wire.drop()
    assert not complaints_of_the_collector(server)


def test_a_planted_warning_is_found(attacked: Attacked) -> None:
    server = attacked(PLANTS=plants.warn_on_home.__name__)
    (person,) = make_crowd(server, "guest", 1, rooms=1, each=1)
    visitor_of(server.url, person).get("/")
    assert any("ResourceWarning" in one for one in complaints_of_the_collector(server))
