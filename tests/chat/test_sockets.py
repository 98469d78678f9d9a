"""The way out under another ASGI server: a queue with bounds, and a task that empties it."""

import asyncio
from typing import Any

import pytest
from pytest_django import Settings

from chat.frames import Frame
from chat.sockets import BACKLOG, MAX_QUEUED, QueuedTransport, open_transport
from tests.chat.attending import until


class Server:
    """One whose peer reads nothing until it is let."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []
        self.reads = asyncio.Event()

    async def send(self, message: dict[str, Any]) -> None:
        await self.reads.wait()
        self.sent.append(message)


@pytest.fixture
async def server() -> Server:
    return Server()


def opened(server: Server, **offered: int) -> QueuedTransport:
    transport = open_transport({"extensions": offered}, server.send)
    assert isinstance(transport, QueuedTransport)
    return transport


async def told(server: Server, transport: QueuedTransport) -> list[Any]:
    """What the peer gets in the end: texts, and the code of the close."""
    server.reads.set()
    transport.close(1000)
    await until(lambda: bool(server.sent) and "code" in server.sent[-1])
    await transport.aclose()
    return [message.get("text", message.get("code")) for message in server.sent]


async def test_frames_leave_in_order(server: Server) -> None:
    transport = opened(server)
    for number in range(5):
        transport.write(Frame(str(number).encode()))
    transport.close(4400)
    assert await told(server, transport) == ["0", "1", "2", "3", "4", 4400]


@pytest.mark.parametrize(("size", "count"), [(300, 40), (1, MAX_QUEUED + 10)])
async def test_whoever_is_too_far_behind_is_closed_4413_and_costs_nothing_more(
    server: Server, settings: Settings, size: int, count: int
) -> None:
    settings.MAX_BACKLOG_BYTES = 10_000
    transport = opened(server)
    for _ in range(count):
        transport.write(Frame(b"x" * size))
    assert transport._queue.qsize() == 1
    assert await told(server, transport) == [4413]


async def test_what_the_server_says_of_the_backlog_comes_before_the_setting(
    server: Server, settings: Settings
) -> None:
    settings.MAX_BACKLOG_BYTES = 10_000
    transport = opened(server, **{BACKLOG: 500})
    for _ in range(2):
        transport.write(Frame(b"x" * 300))
    assert await told(server, transport) == [4413]


async def test_what_passes_is_dropped_behind_a_backlog(server: Server) -> None:
    transport = opened(server)
    transport.write(Frame(b"1"))
    transport.write(Frame(b"2", is_passing=True))
    assert await told(server, transport) == ["1", 1000]
