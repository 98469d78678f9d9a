"""WebSocket frames themselves: sizes, kinds, fragments, control frames."""

import asyncio
import json
from collections.abc import Iterator

import pytest

from tests.client import Visitor
from tests.conformance import raw

FRAME_BYTES = 128 * 1024


def ping_of(size: int) -> str:
    """A valid command, padded with spaces to that many bytes."""
    return '{"type":"ping","id":"padded"}'.rjust(size)


def pieces(text: str, count: int) -> Iterator[str]:
    step = -(-len(text) // count)
    return (text[start : start + step] for start in range(0, len(text), step))


@pytest.mark.parametrize("size", [FRAME_BYTES - 1, FRAME_BYTES])
async def test_a_frame_within_the_limit_is_taken(alice: Visitor, size: int) -> None:
    async with alice.chat() as socket:
        await socket.send_raw(ping_of(size))
        assert (await socket.answer("padded"))["type"] == "ok"


@pytest.mark.parametrize("size", [FRAME_BYTES + 1, 2**20, 2**23])
async def test_a_frame_over_the_limit_is_closed_1009(alice: Visitor, size: int) -> None:
    async with alice.chat() as socket:
        _, code = await asyncio.gather(
            socket.send_raw(ping_of(size)), socket.closed(), return_exceptions=True
        )
        assert code == 1009


async def test_a_message_over_the_limit_in_small_fragments_is_closed_1009(alice: Visitor) -> None:
    async with alice.chat() as socket:
        sending = socket.connection.send(pieces(ping_of(FRAME_BYTES * 2), 32))
        _, code = await asyncio.gather(sending, socket.closed(), return_exceptions=True)
        assert code == 1009


async def test_a_frame_that_only_claims_to_be_large_is_closed_1009(alice: Visitor) -> None:
    async with raw.upgrade(alice) as socket:
        await socket.send(b"\x81\xff" + (2**62).to_bytes(8) + bytes(4) + b"{")
        assert await socket.close_code() == 1009


async def test_a_frame_over_the_limit_disturbs_nobody(
    alice: Visitor, bob: Visitor, room: int
) -> None:
    async with alice.chat() as sender, bob.chat() as reader, bob.chat() as offender:
        await asyncio.gather(
            offender.send_raw(ping_of(2**20)), offender.closed(), return_exceptions=True
        )
        await sender.say(room, "undisturbed")
        assert (await reader.event("message", room=room))["message"]["body"] == "undisturbed"


async def test_the_longest_message_of_astral_characters_fits(
    alice: Visitor, bob: Visitor, room: int
) -> None:
    body = "\U00020000" * 8000  # 12 bytes each, as a client writes it that escapes everything
    async with alice.chat() as sender, bob.chat() as reader:
        await sender.say(room, body)
        assert (await reader.event("message", room=room))["message"]["body"] == body


async def test_fragments_make_one_frame(alice: Visitor) -> None:
    async with alice.chat() as socket:
        await socket.connection.send(pieces(ping_of(1000), 100))
        assert (await socket.answer("padded"))["type"] == "ok"


async def test_a_character_may_be_cut_by_a_fragment(alice: Visitor, room: int) -> None:
    client_id = "0b5d5b8c-8a36-4a4b-9d21-000000000001"
    command = {
        "type": "message.send",
        "id": "1",
        "room": room,
        "client_id": client_id,
        "body": "字",
    }
    data = json.dumps(command, ensure_ascii=False).encode()
    cut = data.index("字".encode()) + 1
    async with raw.upgrade(alice) as socket:
        await socket.send(raw.frame(b'{"type":"hello","id":"h","client":"tests"}'))
        await socket.send(raw.frame(data[:cut], final=False) + raw.frame(data[cut:], opcode=0))
        echo = await socket.json(lambda item: item["type"] == "message" and item["room"] == room)
    assert echo["message"]["body"] == "字"


async def test_a_control_frame_is_answered_between_fragments(alice: Visitor) -> None:
    async with raw.upgrade(alice) as socket:
        whole = b'{"type":"ping","id":"1"}'
        await socket.send(raw.frame(whole[:9], final=False))
        await socket.send(raw.frame(b"are you there?", raw.PING))
        assert await socket.receive() == (raw.PONG, b"are you there?")
        await socket.send(raw.frame(whole[9:], opcode=0))
        assert await socket.receive() == (raw.TEXT, b'{"type":"ok","id":"1"}')


async def test_a_pong_that_nobody_asked_for_is_ignored(alice: Visitor) -> None:
    async with raw.upgrade(alice) as socket:
        await socket.send(raw.frame(b"", raw.PONG) + raw.frame(b'{"type":"ping","id":"1"}'))
        assert await socket.receive() == (raw.TEXT, b'{"type":"ok","id":"1"}')


async def test_a_clients_close_is_answered_with_its_code(alice: Visitor) -> None:
    async with raw.upgrade(alice) as socket:
        await socket.send(raw.frame((1000).to_bytes(2), raw.CLOSE))
        assert await socket.close_code() == 1000


async def test_what_was_sent_before_a_close_is_stored(
    alice: Visitor, bob: Visitor, room: int
) -> None:
    async with bob.chat() as reader:
        async with alice.chat() as sender:
            await sender.send(
                "message.send",
                room=room,
                client_id="0b5d5b8c-8a36-4a4b-9d21-000000000002",
                body="parting words",
            )
        assert (await reader.event("message", room=room))["message"]["body"] == "parting words"


@pytest.mark.parametrize("payload", [b"", b'{"type":"ping","id":"1"}', bytes(range(256))])
async def test_a_binary_frame_is_one_bad_frame(alice: Visitor, payload: bytes) -> None:
    async with alice.chat() as socket:
        await socket.send_raw(payload)
        (error,) = await socket.unclaimed_answers()
    assert (error["code"], error["id"]) == ("bad_frame", None)


@pytest.mark.parametrize(
    "text", [b"\xff", b'{"type":"ping","id":"\xc3"}', b"\xed\xa0\x80", b"\xc0\x80"]
)
async def test_text_that_is_no_utf8_is_closed_1007(alice: Visitor, text: bytes) -> None:
    async with alice.chat() as socket:
        await socket.connection.send(text, text=True)
        assert await socket.closed() == 1007


@pytest.mark.parametrize(
    "data",
    [
        raw.frame(b"{}", masked=False),
        raw.frame(b"{}", opcode=3),
        raw.frame(b"{}", opcode=0),
        raw.frame(b"x" * 126, raw.PING),
        raw.frame(b"", raw.PING, final=False),
        b"\xf1" + raw.frame(b"{}")[1:],
    ],
    ids=["unmasked", "unknown opcode", "stray fragment", "long ping", "cut ping", "reserved bits"],
)
async def test_a_breach_of_the_protocol_is_closed_1002(alice: Visitor, data: bytes) -> None:
    async with raw.upgrade(alice) as socket:
        await socket.send(data)
        assert await socket.close_code() == 1002
