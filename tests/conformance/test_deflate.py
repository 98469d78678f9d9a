"""permessage-deflate (RFC 7692): agreed on without contexts, made once, bounded on the way in."""

import json
import zlib
from typing import Any

import pytest
from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory

from tests.client import Visitor
from tests.conformance import raw

TAIL = b"\x00\x00\xff\xff"
HELLO = b'{"type":"hello","id":"h","client":"tests"}'
DEFLATED = 0x40
OFFER = {"Sec_WebSocket_Extensions": "permessage-deflate; client_max_window_bits"}


def deflated(payload: bytes) -> bytes:
    deflate = zlib.compressobj(6, zlib.DEFLATED, -15)
    return (deflate.compress(payload) + deflate.flush(zlib.Z_SYNC_FLUSH)).removesuffix(TAIL)


def inflated(payload: bytes) -> bytes:
    """By an inflater that knows nothing of what came before."""
    return zlib.decompressobj(-zlib.MAX_WBITS).decompress(payload + TAIL)


async def answer_to(visitor: Visitor, offer: str | None) -> str:
    """The extensions that a handshake is answered with."""
    async with raw.dial(visitor) as socket:
        await socket.send(raw.handshake(visitor, Sec_WebSocket_Extensions=offer))
        head = (await socket.reader.readuntil(b"\r\n\r\n")).decode()
    assert head.startswith("HTTP/1.1 101 ")
    lines = [line for line in head.splitlines() if line.startswith("Sec-WebSocket-Extensions")]
    return lines[0].partition(": ")[2] if lines else ""


@pytest.mark.parametrize(
    "offer",
    [
        "permessage-deflate",
        "permessage-deflate; client_max_window_bits",
        "permessage-deflate; server_no_context_takeover; client_max_window_bits=12",
        "x-unknown, permessage-deflate; server_max_window_bits=9, permessage-deflate",
    ],
)
async def test_no_context_is_ever_taken_over(alice: Visitor, offer: str) -> None:
    answer = await answer_to(alice, offer)
    assert answer.startswith("permessage-deflate")
    assert "server_no_context_takeover" in answer
    assert "client_no_context_takeover" in answer


async def test_a_small_window_that_was_asked_for_is_agreed_to(alice: Visitor) -> None:
    assert "server_max_window_bits=12" in await answer_to(
        alice, "permessage-deflate; server_max_window_bits=12"
    )


@pytest.mark.parametrize(
    "offer", [None, "permessage-deflate; server_max_window_bits=9", "x-unknown"]
)
async def test_what_was_not_offered_or_cannot_be_is_not_agreed_to(
    alice: Visitor, offer: str | None
) -> None:
    assert await answer_to(alice, offer) == ""


async def frames_after(
    visitor: Visitor, commands: list[bytes], count: int, **headers: str
) -> list[tuple[int, bytes]]:
    """First bytes and payloads of what is answered."""
    async with raw.dial(visitor) as socket:
        await socket.send(raw.handshake(visitor, **headers))
        await socket.reader.readuntil(b"\r\n\r\n")
        await socket.send(b"".join(map(raw.frame, commands)))
        return [await socket.receive_whole() for _ in range(count)]


async def test_a_welcome_is_deflated_and_a_short_answer_is_not(alice: Visitor) -> None:
    (ok_first, ok), (welcome_first, welcome) = await frames_after(alice, [HELLO], 2, **OFFER)
    assert not ok_first & DEFLATED
    assert json.loads(ok)["type"] == "ok"
    assert welcome_first & DEFLATED
    told = inflated(welcome)
    assert json.loads(told)["type"] == "welcome"
    assert len(welcome) < len(told)


async def test_who_did_not_offer_it_gets_plain_frames(alice: Visitor) -> None:
    frames = await frames_after(alice, [HELLO], 2)
    assert [first & DEFLATED for first, _ in frames] == [0, 0]


async def test_a_page_of_history_is_deflated(alice: Visitor, room: int) -> None:
    async with alice.chat() as sender:
        for number in range(5):
            await sender.say(room, f"{number}. All work and no play.")
    asked = json.dumps({"type": "history", "id": "1", "room": room}).encode()
    *_, (first, page) = await frames_after(alice, [HELLO, asked], 3, **OFFER)
    assert first & DEFLATED
    assert len(json.loads(inflated(page))["messages"]) == 5


async def test_deflated_and_plain_readers_read_the_same(
    alice: Visitor, bob: Visitor, room: int
) -> None:
    short_window: dict[str, Any] = {
        "compression": None,
        "extensions": [ClientPerMessageDeflateFactory(server_max_window_bits=12)],
    }
    async with (
        alice.chat() as sender,
        bob.connect(compression=None) as plain,
        bob.connect(**short_window) as short,
    ):
        await plain.hello()
        await short.hello()
        bodies = [f"{number}." + " All work and no play." * number for number in range(40)]
        for body in bodies:
            await sender.say(room, body)
        for socket in (plain, short):
            for body in bodies:
                event = await socket.event("message", room=room)
                assert event["message"]["body"] == body


async def open_deflating(socket: raw.RawSocket, visitor: Visitor) -> None:
    await socket.send(raw.handshake(visitor, **OFFER))
    assert b"permessage-deflate" in await socket.reader.readuntil(b"\r\n\r\n")


@pytest.mark.parametrize("cuts", [0, 3])
async def test_a_deflated_command_is_understood_whole_and_in_fragments(
    alice: Visitor, cuts: int
) -> None:
    payload = deflated(b'{"type":"ping","id":"1"}')
    async with raw.dial(alice) as socket:
        await open_deflating(socket, alice)
        if cuts:
            await socket.send(raw.frame(payload[:cuts], raw.TEXT | DEFLATED, final=False))
            await socket.send(raw.frame(payload[cuts:], opcode=0))
        else:
            await socket.send(raw.frame(payload, raw.TEXT | DEFLATED))
        assert await socket.receive() == (raw.TEXT, b'{"type":"ok","id":"1"}')


@pytest.mark.parametrize("is_cut", [False, True])
async def test_a_bomb_is_closed_1009(alice: Visitor, *, is_cut: bool) -> None:
    bomb = deflated(bytes(10_000_000))
    assert len(bomb) < 11_000
    async with raw.dial(alice) as socket:
        await open_deflating(socket, alice)
        if is_cut:
            await socket.send(raw.frame(bomb[:5000], raw.TEXT | DEFLATED, final=False))
            await socket.send(raw.frame(bomb[5000:], opcode=0))
        else:
            await socket.send(raw.frame(bomb, raw.TEXT | DEFLATED))
        assert await socket.close_code() == 1009


async def test_what_does_not_inflate_is_closed_1007(alice: Visitor) -> None:
    async with raw.dial(alice) as socket:
        await open_deflating(socket, alice)
        await socket.send(raw.frame(b"\xff" * 40, raw.TEXT | DEFLATED))
        assert await socket.close_code() == 1007


async def test_a_deflated_frame_that_was_not_agreed_to_is_closed_1002(alice: Visitor) -> None:
    async with raw.upgrade(alice) as socket:
        await socket.send(raw.frame(deflated(HELLO), raw.TEXT | DEFLATED))
        assert await socket.close_code() == 1002
