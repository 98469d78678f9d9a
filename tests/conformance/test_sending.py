"""`message.send`: numbers, repeats, refusals."""

import asyncio
import re
import uuid

import pytest

from tests.client import Frame, Socket, Visitor
from tests.conformance.talk import answers, say_many, submit
from tests.conformance.view import follow, own_room, timeline, view_of

BODIES = {
    "markup": "<script>alert(1)</script><img src=x onerror=alert(1)>&amp;",
    "a script link": "[x](javascript:alert(1))",
    "bidi overrides": "abc\u202edcba\u2066x",
    "zero-width characters": "a\u200bb\u200dc\ufeff",
    "combining marks": "Z̷̨̛a̸͙l̷g̸o",
    "an emoji sequence": "👩‍👩‍👧‍👦 🇹🇼 👍🏽",
    "Chinese and Japanese": "今天天气很好，ですね。",
    "line ends": "one\ntwo\r\nthree\rfour\u2028five\u2029six",
    "control characters": "a\x01b\x1b[31mc\x7fd\t",
    "noncharacters": "\ufffe\uffff\U0010ffff",
    "outer spaces": "  kept  ",
    "JSON": '{"type":"welcome"}',
    "unnormalised": "e\u0301 and é",
}


async def refusal(socket: Socket, room: int, body: str = "hello", **more: object) -> Frame:
    answer = await socket.answer(await submit(socket, room, body, **more))
    assert answer["type"] == "error", answer
    return answer


def numbers(answer: Frame) -> Frame:
    """An `ok` without the id of the command it answers."""
    return {key: value for key, value in answer.items() if key != "id"}


async def test_ok_carries_the_numbers(alice: Visitor, room: int) -> None:
    async with alice.chat() as socket:
        rev = own_room(socket, room)["last_rev"]
        first, second = await socket.say(room, "one"), await socket.say(room, "two")
    assert first.keys() == {"type", "id", "room", "seq", "rev", "at"}
    assert [(ok["room"], ok["seq"], ok["rev"]) for ok in (first, second)] == [
        (room, 1, rev + 1),
        (room, 2, rev + 2),
    ]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", first["at"])
    assert first["at"] <= second["at"]


async def test_a_message_is_the_same_however_it_is_read(
    alice: Visitor, bob: Visitor, room: int
) -> None:
    async with alice.chat() as sender, bob.chat() as reader:
        before = own_room(reader, room)["last_rev"]
        await sender.say(room, "first")
        sent = await sender.say(room, "**bold** https://example.org 你好", reply_to=1)
        await reader.event("message", room=room)
        told = await reader.event("message", room=room)
        history = await reader.ok("history", room=room)
        single = await reader.ok("messages.get", room=room, seqs=[sent["seq"]])
        sync = await reader.ok("sync", room=room, since=before)
    message = told["message"]
    assert (message["seq"], message["rev"], message["at"]) == (sent["seq"], sent["rev"], sent["at"])
    assert message["reply_to"] == 1
    assert message["content"]
    assert history["messages"][-1] == single["messages"][0] == sync["messages"][-1] == message


async def latest(socket: Socket, room: int) -> Frame:
    message: Frame = (await socket.ok("history", room=room, limit=1))["messages"][0]
    return message


async def test_the_sender_gets_the_same_event(alice: Visitor, bob: Visitor, room: int) -> None:
    async with alice.chat() as sender, alice.chat() as other_tab, bob.chat() as reader:
        client_id = str(uuid.uuid4())
        await sender.answer(await submit(sender, room, "hello", client_id=client_id))
        told = [await one.event("message", room=room) for one in (sender, other_tab, reader)]
    assert told[0] == told[1] == told[2]
    assert told[0]["message"]["client_id"] == client_id


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
async def test_a_body_comes_back_as_it_was_sent(
    alice: Visitor, bob: Visitor, public_room: int, body: str
) -> None:
    async with alice.chat() as sender, bob.chat() as reader:
        await sender.say(public_room, body)
        assert (await reader.event("message", room=public_room))["message"]["body"] == body
        assert (await latest(reader, public_room))["body"] == body


async def test_pipelined_messages_are_stored_in_the_order_of_sending(
    alice: Visitor, room: int
) -> None:
    async with alice.chat() as socket:
        sent = await say_many(socket, room, 200)
        stored = await timeline(socket, room)
    assert [ok["seq"] for ok in sent] == list(range(1, 201))
    assert [message["body"] for message in stored] == [str(number) for number in range(200)]
    assert sorted(message["at"] for message in stored) == [message["at"] for message in stored]


async def test_reads_may_overtake_but_see_no_hole(alice: Visitor, room: int) -> None:
    async with alice.chat() as socket:
        ids: list[str] = []
        for number in range(50):
            await submit(socket, room, str(number))
            ids.append(await socket.send("history", room=room, limit=200))
        pages = [await socket.answer(command_id) for command_id in ids]
    for page in pages:
        seqs = [message["seq"] for message in page["messages"]]
        assert seqs == list(range(1, len(seqs) + 1))


async def test_a_repeat_is_answered_with_the_first_ok(alice: Visitor, room: int) -> None:
    client_id = str(uuid.uuid4())
    async with alice.chat() as socket:
        view = view_of(socket, room)
        found = [
            await socket.answer(await submit(socket, room, "once", client_id=client_id))
            for _ in range(3)
        ]
        last = await socket.say(room, "and on")
        await follow(socket, view, to=last["rev"])
    assert numbers(found[0]) == numbers(found[1]) == numbers(found[2])
    assert [message["body"] for message in view.messages.values()] == ["once", "and on"]


async def test_repeats_under_way_at_once_are_stored_once(alice: Visitor, room: int) -> None:
    client_id = str(uuid.uuid4())
    async with alice.chat() as first, alice.chat() as second:
        ids = [
            (socket, await submit(socket, room, "once", client_id=client_id))
            for socket in [first, second] * 10
        ]
        found = [numbers(await socket.answer(command_id)) for socket, command_id in ids]
        assert all(answer == found[0] for answer in found)
        assert len(await timeline(first, room)) == 1


async def test_a_repeat_on_another_connection_is_answered_with_the_first_ok(
    alice: Visitor, room: int
) -> None:
    client_id = str(uuid.uuid4())
    async with alice.chat() as socket:
        first = await socket.answer(await submit(socket, room, "once", client_id=client_id))
    async with alice.chat() as socket:
        again = await socket.answer(await submit(socket, room, "once", client_id=client_id))
    assert numbers(first) == numbers(again)


async def test_the_same_client_id_with_another_draft_is_a_conflict(
    alice: Visitor, room: int, public_room: int
) -> None:
    client_id = str(uuid.uuid4())
    async with alice.chat() as socket:
        await socket.say(room, "base")
        await socket.answer(await submit(socket, room, "once", client_id=client_id))
        drafts = [
            await refusal(socket, room, "twice", client_id=client_id),
            await refusal(socket, room, "once", client_id=client_id, reply_to=1),
            await refusal(socket, public_room, "once", client_id=client_id),
            await refusal(socket, room, "x" * 8001, client_id=client_id),
        ]
        assert {draft["code"] for draft in drafts} == {"conflict"}
        assert len(await timeline(socket, room)) == 2


async def test_client_ids_are_each_authors_own(alice: Visitor, bob: Visitor, room: int) -> None:
    client_id = str(uuid.uuid4())
    async with alice.chat() as one, bob.chat() as other:
        await one.answer(await submit(one, room, "mine", client_id=client_id))
        await other.answer(await submit(other, room, "his", client_id=client_id))
        assert [message["body"] for message in await timeline(one, room)] == ["mine", "his"]


@pytest.mark.parametrize("character", ["x", "字", "\U0001f600"])
async def test_a_body_is_counted_in_code_points(
    alice: Visitor, public_room: int, character: str
) -> None:
    async with alice.chat() as socket:
        await socket.say(public_room, character * 8000)
        assert (await refusal(socket, public_room, character * 8001))["code"] == "too_long"


@pytest.mark.parametrize("body", ["", " ", "\n\t ", "\u3000\u00a0"])
async def test_a_blank_message_is_a_bad_request(
    alice: Visitor, public_room: int, body: str
) -> None:
    async with alice.chat() as socket:
        assert (await refusal(socket, public_room, body))["code"] == "bad_request"


async def test_a_room_of_others_does_not_exist(carol: Visitor, room: int) -> None:
    async with carol.chat() as socket:
        hidden, unknown = await refusal(socket, room), await refusal(socket, 2**50)
    assert hidden["code"] == "not_found"
    assert numbers(hidden) == numbers(unknown)


async def test_a_public_room_that_one_is_not_in_is_forbidden(
    carol: Visitor, public_room: int
) -> None:
    async with carol.chat() as socket:
        assert (await refusal(socket, public_room))["code"] == "forbidden"


async def test_a_reply_needs_its_message(alice: Visitor, room: int) -> None:
    async with alice.chat() as socket:
        await socket.say(room, "question")
        assert (await refusal(socket, room, reply_to=2))["code"] == "not_found"
        await socket.say(room, "answer", reply_to=1)


async def test_attachments_that_do_not_exist_are_not_found(alice: Visitor, room: int) -> None:
    async with alice.chat() as socket:
        assert (await refusal(socket, room, attachments=[1]))["code"] == "not_found"


async def test_a_refusal_costs_no_number(alice: Visitor, room: int) -> None:
    async with alice.chat() as socket:
        ids = [
            await submit(socket, room, body)
            for body in ("one", "", "x" * 8001, "two", " ", "three")
        ]
        found = await answers(socket, ids)
        stored = await timeline(socket, room)
    assert [answer.get("seq") for answer in found] == [1, None, None, 2, None, 3]
    assert [message["body"] for message in stored] == ["one", "two", "three"]


async def test_a_refused_message_is_told_to_nobody(alice: Visitor, bob: Visitor, room: int) -> None:
    async with alice.chat() as sender, bob.chat() as reader:
        await refusal(sender, room, "")
        await sender.say(room, "told")
        assert (await reader.event("message", room=room))["message"]["body"] == "told"


async def test_nobody_outside_is_told(alice: Visitor, carol: Visitor, room: int) -> None:
    async with alice.chat() as sender, carol.chat() as outsider:
        await sender.say(room, "inside")
        await sender.say(sender.room("general"), "to all")
        first = await outsider.event("message")
        assert first["message"]["body"] == "to all"


async def test_authors_do_not_wait_for_each_other(alice: Visitor, bob: Visitor, room: int) -> None:
    async def say_all(socket: Socket) -> list[Frame]:
        return [await socket.say(room, "hello") for _ in range(50)]

    async with alice.chat() as one, bob.chat() as other:
        mine, his = await asyncio.gather(say_all(one), say_all(other))
    assert sorted(ok["seq"] for ok in [*mine, *his]) == list(range(1, 101))
