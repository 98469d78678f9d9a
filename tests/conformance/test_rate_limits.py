"""The limits of a server that is not under test: how fast one may be, and what it costs others."""

import asyncio
from collections.abc import Iterator

import pytest

from tests.client import Visitor
from tests.conformance.talk import answers, submit_many
from tests.conformance.view import timeline
from tests.server import Server

MESSAGE_BURST = 20
COMMAND_BURST = 40
SEARCH_BURST = 30


@pytest.fixture(scope="module")
def strict_server(shared_server: Server) -> Iterator[Server]:
    """A second process over the shared server's database, with its limits on."""
    server = Server(shared_server.var_dir, **shared_server.settings | {"RATE_LIMITS": "true"})
    server.start()
    yield server
    server.terminate()


@pytest.fixture
def quick(strict_server: Server, alice: Visitor) -> Visitor:
    """Alice, in a hurry."""
    return Visitor(strict_server.url, alice.cookies)


@pytest.fixture
def calm(strict_server: Server, bob: Visitor) -> Visitor:
    """Bob, who is not."""
    return Visitor(strict_server.url, bob.cookies)


async def test_a_burst_of_messages_is_allowed_then_limited(quick: Visitor, room: int) -> None:
    async with quick.chat() as socket:
        found = await answers(socket, await submit_many(socket, room, MESSAGE_BURST + 10))
    assert all(answer["type"] == "ok" for answer in found[:MESSAGE_BURST])
    assert found[-1]["code"] == "rate_limited"
    assert 0 < found[-1]["retry_after"] <= 200


async def test_waiting_as_told_is_enough(quick: Visitor, room: int) -> None:
    async with quick.chat() as socket:
        found = await answers(socket, await submit_many(socket, room, MESSAGE_BURST + 10))
        await asyncio.sleep(found[-1]["retry_after"] / 1000)  # what a client is told to do
        await socket.say(room, "in time")


async def test_a_burst_of_searches_is_allowed_then_limited(quick: Visitor) -> None:
    async with quick.chat() as socket:
        ids = [await socket.send("search", q="anything") for _ in range(SEARCH_BURST + 8)]
        found = await answers(socket, ids)
    assert all(answer["type"] == "ok" for answer in found[:SEARCH_BURST])
    refused = [answer for answer in found if answer["type"] == "error"]
    assert {answer["code"] for answer in refused} == {"rate_limited"}
    assert all(0 < answer["retry_after"] <= 500 for answer in refused)


async def test_a_burst_of_commands_is_allowed_then_limited(quick: Visitor) -> None:
    async with quick.chat() as socket:
        ids = [await socket.send("ping") for _ in range(COMMAND_BURST + 20)]
        found = await answers(socket, ids)
    assert all(answer["type"] == "ok" for answer in found[: COMMAND_BURST - 1])  # hello was one
    assert found[-1]["code"] == "rate_limited"
    assert 0 < found[-1]["retry_after"] <= 100


async def test_someone_in_a_hurry_costs_nobody_else_anything(
    quick: Visitor, calm: Visitor, room: int
) -> None:
    async with quick.chat() as socket, calm.chat() as other:
        ids = await submit_many(socket, room, 200)
        calmly = [await other.say(room, "calm") for _ in range(10)]
        found = await answers(socket, ids)
        stored = await timeline(other, room)
    accepted = [answer for answer in found if answer["type"] == "ok"]
    assert len(accepted) < 200
    assert len(stored) == len(accepted) + len(calmly)
    assert sum(message["body"] == "calm" for message in stored) == 10
