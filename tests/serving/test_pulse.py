"""When a peer counts as dead."""

import socket
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import pytest

from chatsite.daphne import pulse
from chatsite.daphne.pulse import PING_SECONDS, PONG_SECONDS, Pulse, Verdict


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Iterator[Clock]:
    clock = Clock()
    with patch.object(pulse, "time", clock):
        yield clock


@pytest.fixture
def peers() -> Iterator[tuple[Any, socket.socket]]:
    """A transport of ours and the socket at its other end, over real TCP."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        far = socket.create_connection(listener.getsockname())
        near, _ = listener.accept()
    near.setblocking(False)
    with far, near:
        yield SimpleNamespace(socket=near, fileno=near.fileno), far


def checks(one: Pulse, transport: Any, clock: Clock, seconds: float) -> list[Verdict]:
    """What every two seconds were found."""
    found = []
    for _ in range(int(seconds / 2)):
        clock.now += 2
        found.append(one.check(transport))
    return found


def test_who_is_heard_is_not_asked(clock: Clock, peers: tuple[Any, socket.socket]) -> None:
    one = Pulse()
    assert set(checks(one, peers[0], clock, PING_SECONDS - 2)) == {Verdict.ALIVE}


def test_a_silent_peer_is_asked_once_and_then_dead_within_45_seconds(
    clock: Clock, peers: tuple[Any, socket.socket]
) -> None:
    found = checks(Pulse(), peers[0], clock, 44)
    assert found.count(Verdict.ASK) == 1
    assert Verdict.DEAD in found
    assert found.index(Verdict.DEAD) > found.index(Verdict.ASK) + PONG_SECONDS / 2


def test_an_answer_begins_it_anew(clock: Clock, peers: tuple[Any, socket.socket]) -> None:
    one = Pulse()
    checks(one, peers[0], clock, PING_SECONDS + 10)
    one.heard_at = clock.now
    found = checks(one, peers[0], clock, PING_SECONDS + PONG_SECONDS)
    assert (found.count(Verdict.ASK), found.count(Verdict.DEAD)) == (1, 0)


def fill(near: socket.socket) -> None:
    try:
        while True:
            near.send(bytes(65_536))
    except BlockingIOError:
        return


@pytest.mark.skipif(
    not hasattr(socket, "TCP_INFO"), reason="this system counts no acknowledgements"
)
def test_a_slow_peer_that_takes_something_is_left_alone(
    clock: Clock, peers: tuple[Any, socket.socket]
) -> None:
    transport, far = peers
    one = Pulse()
    found = []
    for _ in range(40):
        fill(transport.socket)
        far.recv(1_000_000)
        found += checks(one, transport, clock, 2)
    assert Verdict.DEAD not in found


def test_a_peer_that_takes_nothing_is_dead(clock: Clock, peers: tuple[Any, socket.socket]) -> None:
    transport, _ = peers
    fill(transport.socket)
    assert Verdict.DEAD in checks(Pulse(), transport, clock, 44)
