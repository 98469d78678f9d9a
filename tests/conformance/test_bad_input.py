"""Every wrong frame gets one error, and costs nobody else anything."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from chat import consumers
from chat.protocol import codec
from chat.protocol_docs import examples
from tests.client import Visitor

SignUp = Callable[[str], Visitor]

UUID = "00000000-0000-4000-8000-000000000000"
SEND: dict[str, Any] = {"type": "message.send", "id": "x", "room": 1, "client_id": UUID, "body": ""}
DEEP = "[" * 10_000 + "]" * 10_000

BAD_FRAMES: list[tuple[str | bytes, str | None]] = [
    ("", None),
    ("hello", None),
    ("null", None),
    ("[]", None),
    ("{", None),
    (DEEP, None),
    ('{"type":"hello","id":"x","client":"x","more":' + DEEP + "}", None),
    (b'{"type":"ping","id":"x"}', None),
    (json.dumps({"type": "no.such", "id": "x"}), "x"),
    (json.dumps(SEND | {"room": "1"}), "x"),
    (json.dumps(SEND | {"body": 1}), "x"),
    (json.dumps(SEND | {"more": 1}), "x"),
    (json.dumps(SEND | {"body": "a\0b"}), "x"),
    (json.dumps(SEND | {"id": 7}), None),
    ('{"type":"history","id":"x","room":NaN}', None),
    ('{"type":"history","id":"x","room":' + "9" * 5_000 + "}", "x"),
    (json.dumps(SEND | {"body": "A"}).replace("A", "\\ud800b"), None),
]


@pytest.fixture(scope="module")
def batches() -> list[list[tuple[str | bytes, str | None]]]:
    """No more than nine on one connection: the tenth ends it."""
    return [BAD_FRAMES[start : start + 9] for start in range(0, len(BAD_FRAMES), 9)]


async def test_a_bad_frame_gets_one_error_with_its_id_where_that_can_be_read(
    sign_up: SignUp, batches: list[list[tuple[str | bytes, str | None]]]
) -> None:
    alice = sign_up("alice")
    for batch in batches:
        async with alice.chat() as socket:
            for frame, command_id in batch:
                await socket.send_raw(frame)
                answer = await socket.answer(command_id)
                assert (answer["type"], answer["code"]) == ("error", "bad_frame"), frame[:80]
            assert (await socket.call("ping"))["type"] == "ok"
            assert socket.unasked_answers == []


async def test_a_neighbour_notices_nothing(sign_up: SignUp) -> None:
    async with sign_up("alice").chat() as alice, sign_up("bob").chat() as bob:
        general = bob.room("general")
        for frame, _ in BAD_FRAMES[:9]:
            await alice.send_raw(frame)
        sent = await bob.say(general, "all quiet")
        told = await alice.event("message", room=general)
    assert told["message"]["seq"] == sent["seq"]


async def test_ten_bad_frames_within_a_minute_end_the_connection(sign_up: SignUp) -> None:
    async with sign_up("alice").chat() as alice:
        for _ in range(10):
            await alice.send_raw("{")
        assert (await alice.event("bye"))["code"] == 4400
        assert await alice.closed() == 4400


async def test_what_is_not_there_yet_says_so_once(sign_up: SignUp) -> None:
    missing = [one for one in examples.COMMANDS if type(one) not in consumers.IMPLEMENTED]
    async with sign_up("alice").chat() as alice:
        for command in missing:
            frame = json.loads(codec.encode(command)) | {"id": type(command).__name__}
            await alice.send_raw(json.dumps(frame))
            answer = await alice.answer(frame["id"])
            assert answer["code"] == "not_implemented", frame
        assert (await alice.call("ping"))["type"] == "ok"
        assert alice.unasked_answers == []


@pytest.mark.parametrize(
    ("command", "fields", "code"),
    [
        ("history", {"limit": 201}, "bad_request"),
        ("history", {"before": 3, "after": 1}, "bad_request"),
        ("history", {"limit": 0}, "bad_frame"),
        ("messages.get", {"seqs": list(range(1, 52))}, "bad_frame"),
        ("members", {"limit": 201}, "bad_request"),
        ("sync", {"since": 2**40}, "bad_request"),
    ],
)
async def test_meaningless_values_are_refused(
    sign_up: SignUp, command: str, fields: dict[str, Any], code: str
) -> None:
    async with sign_up("alice").chat() as alice:
        answer = await alice.call(command, room=alice.room("general"), **fields)
        assert answer["code"] == code


@pytest.mark.parametrize("command", ["history", "members"])
async def test_a_room_that_is_not_there_is_not_found(sign_up: SignUp, command: str) -> None:
    async with sign_up("alice").chat() as alice:
        assert (await alice.call(command, room=2**40))["code"] == "not_found"
