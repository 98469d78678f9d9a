import json
from datetime import UTC, datetime, timedelta, timezone

import pytest

from chat.errors import BadFrame
from chat.frames import Frame
from chat.protocol import codec, commands
from chat.protocol.results import SendResult

UUID = "00000000-0000-4000-8000-000000000000"
SEND = {"type": "message.send", "id": "1", "room": 1, "client_id": UUID, "body": "hi"}


def test_it_decodes_a_command() -> None:
    command = codec.decode(json.dumps(SEND))
    assert command == commands.MessageSend(id="1", room=1, client_id=UUID, body="hi")


def test_room_ids_are_keys_of_hello() -> None:
    hello = codec.decode('{"type":"hello","id":"1","client":"x","rooms":{"7":12},"later":true}')
    assert isinstance(hello, commands.Hello)
    assert hello.rooms == {7: 12}


@pytest.mark.parametrize(
    "fields",
    [
        {"room": "1"},
        {"room": 1.0},
        {"room": True},
        {"room": 0},
        {"room": -1},
        {"room": 2**53},
        {"room": None},
        {"body": 1},
        {"body": None},
        {"body": "a\0b"},
        {"client_id": "x"},
        {"client_id": UUID.upper().replace("0", "A")},
        {"client_id": UUID + "\n"},
        {"id": ""},
        {"id": "x" * 65},
        {"id": 1},
        {"attachments": "1"},
        {"more": 1},
        {"type": "message.Send"},
        {"type": None},
    ],
)
def test_it_refuses_wrong_values(fields: dict[str, object]) -> None:
    with pytest.raises(BadFrame):
        codec.decode(json.dumps(SEND | fields))


@pytest.mark.parametrize(
    "frame",
    [
        "",
        "null",
        "1",
        '"ping"',
        "[]",
        "{}",
        "{",
        "hello",
        '{"type":"ping"}',
        '{"type":"ping","id":"1"}{',
        '{"type":"history","id":"1","room":NaN}',
        '{"type":"history","id":"1","room":Infinity}',
        '{"type":"history","id":"1","room":' + "9" * 5000 + "}",
        '{"type":"ping","id":"\\ud800"}',
        '{"type":"message.send","id":"1","room":1,"client_id":"' + UUID + '","body":"a\\udc00b"}',
        '{"type":"hello","id":"1","client":"x","later":' + "[" * 10_000 + "]" * 10_000 + "}",
        "[" * 10_000,
        '{"id":"1","type":' * 10_000,
    ],
)
def test_it_refuses_what_is_no_command(frame: str) -> None:
    with pytest.raises(BadFrame):
        codec.decode(frame)


def test_a_refused_frame_is_known_by_its_id_where_that_can_be_read() -> None:
    with pytest.raises(BadFrame) as known:
        codec.decode('{"type":"no.such","id":"7"}')
    with pytest.raises(BadFrame) as unknown:
        codec.decode("{broken")
    assert (known.value.command_id, unknown.value.command_id) == ("7", None)


def test_ok_carries_the_result_beside_its_id() -> None:
    plain, full = codec.ok("1"), codec.ok("2", SendResult(room=1, seq=2, rev=3, at="now"))
    assert json.loads(plain) == {"type": "ok", "id": "1"}
    assert json.loads(full) == {"type": "ok", "id": "2", "room": 1, "seq": 2, "rev": 3, "at": "now"}


def test_an_error_says_when_to_try_again() -> None:
    error = json.loads(codec.error(None, "rate_limited", "Too fast.", retry_after=250))
    assert error == {
        "type": "error",
        "id": None,
        "code": "rate_limited",
        "detail": "Too fast.",
        "retry_after": 250,
    }


def test_one_payload_travels_as_itself_and_several_as_an_array() -> None:
    assert codec.join([b"{}"]) == b"{}"
    assert codec.join([b"1", b"2"]) == b"[1,2]"


def test_times_are_utc_with_milliseconds() -> None:
    at = datetime(2026, 1, 31, 10, 30, 0, 5_999, tzinfo=timezone(timedelta(hours=1)))
    assert codec.timestamp(at) == "2026-01-31T09:30:00.005Z"
    assert codec.timestamp(datetime(2026, 1, 1, tzinfo=UTC)) == "2026-01-01T00:00:00.000Z"


@pytest.mark.parametrize("size", [0, 125, 126, 65_535, 65_536, 200_000])
def test_a_frame_is_one_unmasked_final_text_frame(size: int) -> None:
    wire = Frame(b"x" * size).plain
    head = {True: 2, False: 4}[size < 126] if size < 65_536 else 10
    length = wire[1] if size < 126 else int.from_bytes(wire[2:head])
    assert (wire[0], length, wire[head:]) == (0x81, size, b"x" * size)
