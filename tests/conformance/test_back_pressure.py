"""Peers that read too little, or say too much at once."""

import asyncio
import json
import socket as sockets
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.client import Socket, Visitor
from tests.conformance import raw
from tests.conformance.talk import say_many
from tests.monitoring.exposition import figures_of
from tests.server import Server

HELLO = raw.frame(b'{"type":"hello","id":"h","client":"tests"}')
BODY = "字" * 8000  # 24 KB
TCP = Path("/proc/net/tcp")
STAYS_FULL = 2  # times in a row that the kernel took nothing more

needs_proc = pytest.mark.skipif(not TCP.exists(), reason="there is no /proc/net/tcp")


@asynccontextmanager
async def lazy_reader(visitor: Visitor) -> AsyncGenerator[raw.RawSocket]:
    """A welcome socket that has stopped reading."""
    async with raw.upgrade(visitor) as socket:
        await socket.send(HELLO)
        await socket.json(lambda item: item["type"] == "welcome")
        socket.stop_reading()
        yield socket


def in_the_kernel(reader: raw.RawSocket) -> int:
    """Bytes on their way to a reader, in both kernels' buffers."""
    tcp: sockets.socket = reader.writer.get_extra_info("socket")
    port = f":{tcp.getsockname()[1]:04X}"
    queued = 0
    for line in TCP.read_text().splitlines()[1:]:
        _, local, remote, _, queues, *_ = line.split()
        to_send, received = (int(queue, 16) for queue in queues.split(":"))
        queued += to_send if remote.endswith(port) else received if local.endswith(port) else 0
    return queued


async def fill_the_kernel(sender: Socket, room: int, reader: raw.RawSocket) -> list[int]:
    """Talks until the kernel takes no more for the reader; the seqs.

    It makes its buffers larger as it goes, now and then a little later: once is not for good.
    """
    seqs: list[int] = []
    held, full = -1, 0
    while full < STAYS_FULL:
        now = in_the_kernel(reader)
        full = 0 if now > held else full + 1
        held = max(held, now)
        seqs += await talk(sender, room, 4)
    return seqs


async def talk(sender: Socket, room: int, count: int) -> list[int]:
    """Says so much, and waits until it was flushed to all in the room; the seqs."""
    seqs = [answer["seq"] for answer in await say_many(sender, room, count, BODY)]
    echo = 0
    while echo < seqs[-1]:
        echo = (await sender.event("message", room=room))["message"]["seq"]
    return seqs


@needs_proc
@pytest.mark.one_process
async def test_a_reader_that_is_too_slow_is_told_so_and_closed_4413(
    server: Server, alice: Visitor, bob: Visitor, room: int
) -> None:
    before = figures_of(server).value("chat_slow_readers_total")
    async with lazy_reader(bob) as slow, alice.chat() as sender:
        await fill_the_kernel(sender, room, slow)
        await talk(sender, room, 150)
        slow.go_on_reading()
        last = b""
        async with asyncio.timeout(10):
            while (frame := await slow.receive())[0] != raw.CLOSE:
                last = frame[1]
    assert json.loads(last) == {"type": "bye", "code": 4413, "reason": "You read too slowly."}
    assert int.from_bytes(frame[1][:2]) == 4413
    assert figures_of(server).value("chat_slow_readers_total") > before


@needs_proc
@pytest.mark.one_process
async def test_a_reader_that_never_reads_again_is_cut_off_though_it_sends(
    alice: Visitor, bob: Visitor, room: int
) -> None:
    async with lazy_reader(bob) as slow, alice.chat() as sender:
        await fill_the_kernel(sender, room, slow)
        await talk(sender, room, 150)
        async with asyncio.timeout(10):
            with pytest.raises(ConnectionError):
                await keep_sending(slow)


async def keep_sending(socket: raw.RawSocket) -> None:
    while True:
        await socket.send(raw.frame(b'{"type":"ping","id":"1"}'))
        await asyncio.sleep(0.05)


CLOSE_NOW = raw.frame((1000).to_bytes(2), raw.CLOSE)


@pytest.mark.one_process
@needs_proc
async def test_who_says_close_and_never_reads_the_answer_is_cut_off(
    alice: Visitor, bob: Visitor, room: int
) -> None:
    async with lazy_reader(bob) as slow, alice.chat() as sender:
        await fill_the_kernel(sender, room, slow)
        await talk(sender, room, 16)
        await slow.send(CLOSE_NOW)
        async with asyncio.timeout(10):
            with pytest.raises(ConnectionError):
                await keep_sending(slow)


@needs_proc
async def test_nothing_follows_the_answer_to_a_close(
    alice: Visitor, bob: Visitor, room: int
) -> None:
    async with lazy_reader(bob) as slow, alice.chat() as sender:
        await fill_the_kernel(sender, room, slow)
        await talk(sender, room, 16)
        await slow.send(CLOSE_NOW)
        slow.go_on_reading()
        async with asyncio.timeout(10):
            assert await slow.close_code() == 1000
            assert await slow.reader.read() == b""


@needs_proc
@pytest.mark.one_process
async def test_a_reader_with_a_backlog_gets_few_pongs_for_many_pings(
    alice: Visitor, bob: Visitor, room: int
) -> None:
    async with lazy_reader(bob) as slow, alice.chat() as sender:
        await fill_the_kernel(sender, room, slow)
        await talk(sender, room, 16)
        await slow.send(raw.frame(b"?", raw.PING) * 100 + raw.frame(b'{"type":"ping","id":"z"}'))
        await talk(sender, room, 1)  # by now they were read
        slow.go_on_reading()
        async with asyncio.timeout(10):
            payload, pongs = b"", 0
            while payload != b'{"type":"ok","id":"z"}':
                opcode, payload = await slow.receive()
                pongs += opcode == raw.PONG
            assert 0 < pongs < 10


@needs_proc
async def test_a_slow_reader_that_keeps_up_loses_nothing(
    alice: Visitor, bob: Visitor, room: int
) -> None:
    """Its frames wait in order, behind one that the kernel took half of."""
    async with lazy_reader(bob) as slow, alice.chat() as sender:
        sent = await fill_the_kernel(sender, room, slow)
        sent += await talk(sender, room, 16)
        slow.go_on_reading()
        seen: list[int] = []
        async with asyncio.timeout(10):
            while len(seen) < len(sent):
                seen += await next_seqs(slow, room)
    assert seen == sent


async def next_seqs(socket: raw.RawSocket, room: int) -> list[int]:
    """Those of the messages in the next frame."""
    _, payload = await socket.receive()
    told = json.loads(payload)
    return [
        item["message"]["seq"]
        for item in (told if isinstance(told, list) else [told])
        if item["type"] == "message" and item["room"] == room
    ]


async def test_commands_that_come_all_at_once_are_all_answered_in_order(alice: Visitor) -> None:
    """More than the server takes in before its application has taken some up."""
    count = 5_000
    async with raw.upgrade(alice) as socket:
        pings = b"".join(
            raw.frame(b'{"type":"ping","id":"%d"}' % number) for number in range(count)
        )
        sending = asyncio.create_task(socket.send(pings))
        for number in range(count):
            answer = await socket.json(lambda item: item["type"] == "ok")
            assert answer["id"] == str(number)
        await sending


async def test_a_second_handshake_behind_the_first_is_no_frame(
    alice: Visitor, server: Server
) -> None:
    with server.without_complaints():
        async with raw.dial(alice) as socket:
            await socket.send(raw.handshake(alice) * 2)
            await socket.reader.readuntil(b"\r\n\r\n")
            assert await socket.close_code() == 1002


async def test_frames_that_come_before_the_handshake_is_answered_are_taken(alice: Visitor) -> None:
    async with raw.dial(alice) as socket:
        ping = raw.frame(b'{"type":"ping","id":"1"}')
        await socket.send(raw.handshake(alice) + ping[:7])
        await socket.send(ping[7:])
        await socket.reader.readuntil(b"\r\n\r\n")
        assert await socket.receive() == (raw.TEXT, b'{"type":"ok","id":"1"}')


@pytest.mark.parametrize("kind", ["pings", "fragments"])
async def test_control_frames_and_fragments_without_end_are_closed_4429(
    alice: Visitor, kind: str
) -> None:
    pings = raw.frame(b"", raw.PING) * 2_000
    fragments = raw.frame(b" ", final=False) + raw.frame(b" ", opcode=0, final=False) * 2_000
    async with raw.upgrade(alice) as socket:
        await socket.send(pings if kind == "pings" else fragments)
        assert await socket.close_code() == 4429


async def test_who_floods_on_after_the_close_is_cut_off(alice: Visitor) -> None:
    flood = raw.frame(b"", raw.PING) * 10_000
    async with raw.upgrade(alice) as socket, asyncio.timeout(4):  # below the five of a close
        with pytest.raises(ConnectionError):
            await keep_flooding(socket, flood)


async def keep_flooding(socket: raw.RawSocket, flood: bytes) -> None:
    while True:
        await socket.send(flood)
