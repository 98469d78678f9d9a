"""Peers that vanish, stall or talk nonsense leave nothing behind and harm nobody."""

import asyncio
import json
import time
import uuid
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from tests.client import Visitor
from tests.conformance import raw
from tests.conformance.talk import say_many
from tests.conformance.view import follow, timeline, view_of
from tests.server import Server

HELLO = raw.frame(b'{"type":"hello","id":"h","client":"tests"}')
POLL_SECONDS = 0.05
SPARE_FILES = 12  # what threads of the server may open once, for good
MEGABYTES = 20

Vanish = Callable[[Visitor], Awaitable[None]]


def open_files(server: Server) -> int:
    return len(list(Path(f"/proc/{server.pid}/fd").iterdir()))


async def until_open_files_are(server: Server, count: int, *, within: float = 10) -> None:
    """Waits until the server holds no more files open than that."""
    deadline = time.monotonic() + within
    while open_files(server) > count:
        assert time.monotonic() < deadline, f"{open_files(server)} files open, not {count}"
        await asyncio.sleep(POLL_SECONDS)


needs_proc = pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="there is no /proc")


async def vanish_in_mid_handshake(visitor: Visitor) -> None:
    async with raw.dial(visitor) as socket:
        await socket.send(raw.handshake(visitor)[:-2])
        socket.reset()


async def vanish_after_the_handshake(visitor: Visitor) -> None:
    async with raw.dial(visitor) as socket:
        await socket.send(raw.handshake(visitor))
        socket.reset()


async def vanish_in_mid_frame(visitor: Visitor) -> None:
    async with raw.upgrade(visitor) as socket:
        await socket.send(HELLO + raw.frame(b"x" * 1000)[:500])
        socket.reset()


async def vanish_in_mid_welcome(visitor: Visitor) -> None:
    async with raw.upgrade(visitor) as socket:
        await socket.send(HELLO)
        socket.reset()


async def vanish_with_reads_under_way(visitor: Visitor) -> None:
    async with raw.upgrade(visitor) as socket:
        await socket.send(HELLO)
        welcome = await socket.json(lambda item: item["type"] == "welcome")
        command = {"type": "history", "room": welcome["rooms"][0]["id"]}
        for number in range(20):
            await socket.send(raw.frame(json.dumps({**command, "id": str(number)}).encode()))
        socket.reset()


async def vanish_without_a_close(visitor: Visitor) -> None:
    async with raw.upgrade(visitor) as socket:
        await socket.send(HELLO)
        await socket.json(lambda item: item["type"] == "welcome")


VANISHING = [
    vanish_in_mid_handshake,
    vanish_after_the_handshake,
    vanish_in_mid_frame,
    vanish_in_mid_welcome,
    vanish_with_reads_under_way,
    vanish_without_a_close,
]


@needs_proc
@pytest.mark.parametrize("vanish", VANISHING, ids=lambda vanish: vanish.__name__)
@pytest.mark.one_process
async def test_one_that_vanishes_leaves_nothing_open(
    server: Server, alice: Visitor, vanish: Vanish
) -> None:
    await asyncio.gather(*(vanish(alice) for _ in range(5)))  # each thread opens its database
    before = open_files(server)
    await asyncio.gather(*(vanish(alice) for _ in range(50)))
    await until_open_files_are(server, before + SPARE_FILES)
    async with alice.chat() as socket:
        await socket.ok("ping")


@pytest.mark.parametrize("vanish", VANISHING, ids=lambda vanish: vanish.__name__)
async def test_one_that_vanishes_disturbs_nobody(
    alice: Visitor, bob: Visitor, room: int, vanish: Vanish
) -> None:
    async with alice.chat() as sender, bob.chat() as reader:
        view = view_of(reader, room)
        vanishing = asyncio.gather(*(vanish(bob) for _ in range(20)))
        last = [await sender.say(room, str(number)) for number in range(30)][-1]
        await vanishing
        await follow(reader, view, to=last["rev"])
    assert len(view.messages) == 30


async def test_what_a_vanished_sender_had_sent_is_stored_once(
    alice: Visitor, bob: Visitor, room: int
) -> None:
    draft = {"room": room, "client_id": str(uuid.uuid4()), "body": "last words"}
    command = json.dumps({"type": "message.send", "id": "1", **draft}).encode()
    async with bob.chat() as reader:
        async with raw.upgrade(alice) as socket:
            await socket.send(HELLO + raw.frame(command))
            await socket.json(lambda item: item["type"] == "ok" and item["id"] == "1")
            socket.reset()
        async with alice.chat() as sender:
            await sender.ok("message.send", **draft)
        assert [message["body"] for message in await timeline(reader, room)] == ["last words"]


async def test_one_that_stops_reading_is_cut_off_and_holds_nobody_up(
    server: Server, alice: Visitor, bob: Visitor, room: int
) -> None:
    """Twenty megabytes to one that reads none: more than any buffer on the way may hold."""
    async with raw.upgrade(bob) as stalled, alice.chat() as sender, bob.chat() as reader:
        await stalled.send(HELLO)
        await stalled.json(lambda item: item["type"] == "welcome")
        stalled.stop_reading()
        view = view_of(reader, room)
        for _ in range(MEGABYTES):
            last = (await say_many(sender, room, 42, "字" * 8000))[-1]
            await follow(reader, view, to=last["rev"])
        stalled.go_on_reading()
        with pytest.raises((asyncio.IncompleteReadError, ConnectionError)):
            async with asyncio.timeout(10):
                await stalled.json(lambda item: item.get("id") == "never")
