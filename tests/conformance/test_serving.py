"""The process itself: how it starts, ends and comes back."""

import subprocess
import sys
from collections.abc import Callable

import pytest

from tests.client import Visitor
from tests.server import MANAGE, Server

SignUp = Callable[[str], Visitor]


def test_it_says_that_it_is_alive(server: Server) -> None:
    assert Visitor(server.url).get("/healthz").status == 200


@pytest.mark.parametrize("end", [Server.interrupt, Server.terminate])
def test_it_ends_cleanly(server: Server, end: Callable[[Server], int]) -> None:
    assert end(server) == 0


async def test_a_session_outlives_a_killed_process(server: Server, sign_up: SignUp) -> None:
    alice = sign_up("alice")
    server.kill()
    server.start()
    async with alice.chat() as socket:
        assert socket.welcome["rooms"]


@pytest.mark.one_process
def test_a_taken_port_is_one_line_and_a_failure(server: Server) -> None:
    command = [sys.executable, MANAGE, "serve", "--port", str(server.port)]
    second = subprocess.run(command, check=False, capture_output=True, text=True, timeout=30)
    assert second.returncode != 0
    assert len(second.stderr.strip().splitlines()) == 1
    assert str(server.port) in second.stderr
