"""Connections come in a few at a time, in the order in which they came."""

import asyncio
import socket
from contextlib import ExitStack
from pathlib import Path
from unittest.mock import Mock

import pytest
from twisted.internet.error import ConnectionDone
from twisted.internet.protocol import Factory, Protocol
from twisted.python.failure import Failure

from chatsite.daphne.accepting import PER_TURN, Doorway
from chatsite.daphne.listening import adopt


class Arrival:
    def __init__(self, number: int, came_in: list[int]) -> None:
        self.connected = True
        self.disconnecting = False
        self._number = number
        self._came_in = came_in

    def come_in(self) -> None:
        self._came_in.append(self._number)


@pytest.fixture
async def doorway() -> Doorway:
    return Doorway()


def crowd(doorway: Doorway, count: int, came_in: list[int]) -> list[Arrival]:
    """As many who all want in at once; those that may come in at once do."""
    arrivals = [Arrival(number, came_in) for number in range(count)]
    for arrival in arrivals:
        if doorway.lets_in(arrival):  # type: ignore[arg-type]
            arrival.come_in()
    return arrivals


async def test_a_few_come_in_at_once_and_the_others_in_their_turn(doorway: Doorway) -> None:
    came_in: list[int] = []
    crowd(doorway, 2 * PER_TURN + 1, came_in)
    for expected in (PER_TURN, 2 * PER_TURN, 2 * PER_TURN + 1):
        assert came_in == list(range(expected))
        await asyncio.sleep(0)


async def test_who_has_gone_or_is_going_takes_nobodys_turn(doorway: Doorway) -> None:
    came_in: list[int] = []
    arrivals = crowd(doorway, 2 * PER_TURN + 2, came_in)
    arrivals[PER_TURN].connected = False
    arrivals[PER_TURN + 1].disconnecting = True
    await asyncio.sleep(0)
    assert came_in == [*range(PER_TURN), *range(PER_TURN + 2, 2 * PER_TURN + 2)]


async def test_one_that_cannot_come_in_shuts_nobody_out(doorway: Doorway) -> None:
    """Where the kernel watches no more descriptors, say."""
    came_in: list[int] = []
    arrivals = crowd(doorway, PER_TURN + 2, came_in)
    arrivals[PER_TURN].come_in = Mock(side_effect=OSError)  # type: ignore[method-assign]
    asyncio.get_running_loop().set_exception_handler(lambda *_: None)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert came_in == [*range(PER_TURN), PER_TURN + 1]
    assert doorway.lets_in(arrivals[0])  # type: ignore[arg-type]


async def test_those_who_come_later_stand_at_the_end(doorway: Doorway) -> None:
    came_in: list[int] = []
    crowd(doorway, PER_TURN + 1, came_in)
    later = Arrival(99, came_in)
    assert not doorway.lets_in(later)  # type: ignore[arg-type]
    await asyncio.sleep(0)
    assert came_in[-2:] == [PER_TURN, 99]


async def test_after_a_quiet_turn_they_come_in_at_once_again(doorway: Doorway) -> None:
    came_in: list[int] = []
    crowd(doorway, PER_TURN, came_in)
    await asyncio.sleep(0)
    crowd(doorway, PER_TURN, came_in)
    assert len(came_in) == 2 * PER_TURN


@pytest.mark.parametrize("family", [socket.AF_INET, socket.AF_UNIX])
def test_a_few_are_accepted_in_a_turn(family: socket.AddressFamily, tmp_path: Path) -> None:
    """However the proxy in front of it reaches the process."""
    made: list[Protocol] = []
    factory = Factory()

    def build(address: object) -> Protocol:
        made.append(Protocol())
        return made[-1]

    factory.buildProtocol = build
    with ExitStack() as stack:
        listener = stack.enter_context(socket.socket(family))
        listener.bind(str(tmp_path / "s") if family == socket.AF_UNIX else ("127.0.0.1", 0))
        listener.listen(100)
        for _ in range(3 * PER_TURN):
            one = stack.enter_context(socket.socket(family))
            one.connect(listener.getsockname())
        port = adopt(listener, factory)
        while (before := len(made)) < 3 * PER_TURN:
            port.doRead()
            assert len(made) - before <= PER_TURN
        for transport in [port, *(protocol.transport for protocol in made)]:
            transport.connectionLost(Failure(ConnectionDone()))
