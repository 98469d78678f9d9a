"""Too many connections and too many commands of one user, against a server whose limits are on."""

import asyncio
import json
import secrets
from collections.abc import Iterator
from contextlib import AsyncExitStack, suppress

import pytest
from websockets.exceptions import ConnectionClosed

from tests.client import Frame, Visitor
from tests.conformance import raw
from tests.conformance.talk import submit
from tests.conformance.view import timeline
from tests.server import Server

MAX_CONNECTIONS = 6
MESSAGE_BURST = 20
FLOOD = 3_000


@pytest.fixture(scope="module")
def strict_server(shared_server: Server) -> Iterator[Server]:
    """A second process over the shared server's database, with its limits on."""
    limits = {"RATE_LIMITS": "true", "MAX_CONNECTIONS_PER_USER": str(MAX_CONNECTIONS)}
    server = Server(shared_server.var_dir, **shared_server.settings | limits)
    server.start()
    with server.without_complaints():
        yield server
    server.terminate()


@pytest.fixture
def quick(strict_server: Server, carol: Visitor) -> Visitor:
    return Visitor(strict_server.url, carol.cookies)


@pytest.fixture
def calm(strict_server: Server, bob: Visitor) -> Visitor:
    return Visitor(strict_server.url, bob.cookies)


@pytest.fixture
def flooder(strict_server: Server, server: Server) -> Visitor:
    """Somebody new: one who has flooded is kept out for a while."""
    visitor = Visitor(server.url)
    visitor.sign_up(f"dora{secrets.token_hex(3)}")
    return Visitor(strict_server.url, visitor.cookies)


async def test_one_connection_too_many_ends_the_one_that_was_idle_for_longest(
    quick: Visitor,
) -> None:
    async with AsyncExitStack() as stack:
        sockets = [await stack.enter_async_context(quick.chat()) for _ in range(MAX_CONNECTIONS)]
        await sockets[0].ok("users.get", ids=[1])
        await sockets[1].ok("ping")  # which every open page sends
        newest = await stack.enter_async_context(quick.chat())
        bye = await sockets[1].event("bye")
        assert bye["code"] == await sockets[1].closed() == 4409
        for socket in [sockets[0], *sockets[2:], newest]:
            await socket.ok("ping")


async def test_those_that_have_ended_make_room(quick: Visitor) -> None:
    async with quick.chat() as first:
        for _ in range(MAX_CONNECTIONS + 5):
            async with quick.connect() as socket:
                await socket.ok("ping")
        await first.ok("ping")


async def test_a_user_writes_no_faster_on_many_connections(calm: Visitor, room: int) -> None:
    async with AsyncExitStack() as stack:
        sockets = [await stack.enter_async_context(calm.chat()) for _ in range(4)]
        sent = [(socket, await submit(socket, room, "x")) for socket in sockets for _ in range(15)]
        found = [await socket.answer(command_id) for socket, command_id in sent]
        stored = len(await timeline(sockets[0], room))
    accepted = [answer for answer in found if answer["type"] == "ok"]
    assert MESSAGE_BURST <= len(accepted) == stored < 2 * MESSAGE_BURST


async def test_coming_back_gives_no_new_burst(quick: Visitor) -> None:
    for number in range(3):
        async with quick.chat() as socket:
            general = socket.room("general")
            ids = [await submit(socket, general, "x") for _ in range(15)]
            found = [await socket.answer(command_id) for command_id in ids]
        refused = [answer for answer in found if answer.get("code") == "rate_limited"]
        assert number == 0 or len(refused) >= 5


async def test_one_who_floods_is_closed_4429_long_before_all_is_answered_and_others_are_served(
    flooder: Visitor, calm: Visitor
) -> None:
    ping = raw.frame(json.dumps({"type": "ping", "id": "1"}).encode())
    told: list[Frame] = []

    def is_bye(item: Frame) -> bool:
        told.append(item)
        return bool(item["type"] == "bye")

    async with raw.upgrade(flooder) as flooding, calm.chat() as other:
        await flooding.send(ping * FLOOD)
        bye = await flooding.json(is_bye)
        assert len(told) < FLOOD / 2
        assert bye["code"] == await flooding.close_code() == 4429
        assert bye["retry_after"] >= 1_000
        await other.ok("ping")


async def test_one_second_of_a_thousand_frames_a_second_is_too_much(flooder: Visitor) -> None:
    """At the pace of a client that sends without listening."""
    async with flooder.connect() as socket:
        closing = asyncio.create_task(socket.closed(within=30))
        with suppress(ConnectionClosed):
            for _ in range(100):
                for _ in range(10):
                    await socket.send("ping")
                await asyncio.sleep(0.01)
        assert await closing == 4429


async def test_one_who_comes_back_from_a_flood_too_soon_waits_and_others_do_not(
    flooder: Visitor, calm: Visitor
) -> None:
    ping = raw.frame(json.dumps({"type": "ping", "id": "1"}).encode())
    async with raw.upgrade(flooder) as flooding:
        await flooding.send(ping * FLOOD)
        assert await flooding.close_code() == 4429
    async with flooder.connect() as back:
        hello = asyncio.create_task(back.hello())
        async with calm.chat() as other:
            await other.ok("ping")
        await (await back.connection.ping())  # it is not thrown out: it waits
        assert not hello.done()
        hello.cancel()
