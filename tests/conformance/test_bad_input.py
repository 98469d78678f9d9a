"""Every wrong frame costs its sender one `error` frame, and nobody else anything."""

import asyncio

import pytest

from tests.client import Frame, Socket, Visitor
from tests.conformance.bad_frames import DEEP, READABLE, UNREADABLE
from tests.conformance.view import follow, view_of


async def refusal_of(socket: Socket, frame: str) -> Frame:
    """The one answer to a wrong frame, on a connection that lives on."""
    await socket.send_raw(frame)
    (answer,) = await socket.unclaimed_answers()
    return answer


@pytest.mark.parametrize("frame", UNREADABLE.values(), ids=UNREADABLE)
async def test_what_cannot_be_read_is_one_bad_frame_without_an_id(
    alice: Visitor, frame: str
) -> None:
    async with alice.chat() as socket:
        answer = await refusal_of(socket, frame)
    assert (answer["type"], answer["code"], answer["id"]) == ("error", "bad_frame", None)
    assert answer["detail"]


@pytest.mark.parametrize("frame", READABLE.values(), ids=READABLE)
async def test_a_wrong_command_is_one_bad_frame_with_its_id(alice: Visitor, frame: str) -> None:
    async with alice.chat() as socket:
        answer = await refusal_of(socket, frame)
    assert (answer["type"], answer["code"], answer["id"]) == ("error", "bad_frame", "x")
    assert answer["detail"]


async def test_a_command_too_deep_to_read_is_one_bad_frame(alice: Visitor) -> None:
    """Whether the id beside the depth can still be read is the decoder's affair."""
    async with alice.chat() as socket:
        answer = await refusal_of(
            socket, '{"type":"ping","id":"x","a":' + "[" * DEEP + "]" * DEEP + "}"
        )
    assert (answer["code"], answer["id"] in {"x", None}) == ("bad_frame", True)


@pytest.mark.parametrize("body", [r"\ud83d", r"\ude00", r"\ude00\ud83d", r"a\ud83db"])
async def test_a_lone_surrogate_is_one_bad_frame(alice: Visitor, room: int, body: str) -> None:
    client_id = "0b5d5b8c-8a36-4a4b-9d21-0123456789ab"
    draft = f'"room":{room},"client_id":"{client_id}","body":"{body}"'
    async with alice.chat() as socket:
        answer = await refusal_of(socket, f'{{"type":"message.send","id":"x",{draft}}}')
        assert answer["code"] == "bad_frame"
        assert (await socket.ok("history", room=room))["messages"] == []


async def test_a_bad_frame_tells_nothing_of_the_server(alice: Visitor) -> None:
    async with alice.chat() as socket:
        for number, frame in enumerate(list(READABLE.values())[:9]):
            answer = await refusal_of(socket, frame.replace('"id":"x"', f'"id":"bad {number}"'))
            assert answer.keys() == {"type", "id", "code", "detail"}
            assert len(answer["detail"]) <= 200


async def test_bad_frames_cost_nobody_else_anything(
    alice: Visitor, bob: Visitor, carol: Visitor, room: int
) -> None:
    async def offend(frames: list[str]) -> None:
        async with carol.chat() as socket:
            for number, frame in enumerate(frames):
                await socket.send_raw(frame.replace('"id":"x"', f'"id":"bad {number}"'))
            assert len(await socket.unclaimed_answers()) == len(frames)

    async with alice.chat() as sender, bob.chat() as reader:
        view = view_of(reader, room)
        frames = [*UNREADABLE.values(), *READABLE.values()]
        batches = [frames[start : start + 9] for start in range(0, len(frames), 9)]
        offending = asyncio.gather(*map(offend, batches))
        last = [await sender.say(room, str(number)) for number in range(50)][-1]
        await offending
        await follow(reader, view, to=last["rev"])
    assert [message["body"] for message in view.messages.values()] == [str(n) for n in range(50)]


async def test_the_tenth_bad_frame_within_a_minute_is_closed_4400(alice: Visitor) -> None:
    async with alice.chat() as socket:
        for _ in range(9):
            await refusal_of(socket, "nonsense")
        await socket.send_raw("nonsense")
        assert (await socket.answer(None))["code"] == "bad_frame"
        assert (await socket.event("bye"))["code"] == 4400
        assert await socket.closed() == 4400


async def test_bad_frames_are_counted_before_hello_too(alice: Visitor) -> None:
    async with alice.connect() as socket:
        for _ in range(10):
            await socket.send_raw("nonsense")
        assert await socket.closed() == 4400


async def test_binary_frames_are_bad_frames_that_count(alice: Visitor) -> None:
    async with alice.chat() as socket:
        for _ in range(10):
            await socket.send_raw(b"nonsense")
        assert await socket.closed() == 4400


async def test_a_meaningless_request_is_no_bad_frame(alice: Visitor) -> None:
    async with alice.chat() as socket:
        for _ in range(12):
            assert (await socket.call("history", room=1, limit=201))["code"] == "bad_request"
        await socket.ok("ping")


async def test_ones_other_socket_outlives_the_tenth_bad_frame(alice: Visitor) -> None:
    async with alice.chat() as other, alice.chat() as socket:
        for _ in range(10):
            await socket.send_raw("nonsense")
        assert await socket.closed() == 4400
        await other.ok("ping")
