"""Storing, ordering, repeating: what an acknowledgement is worth."""

import asyncio
import uuid
from collections.abc import Callable

from tests.client import Frame, Socket, Visitor
from tests.server import Server

SignUp = Callable[[str], Visitor]


async def test_ok_carries_the_numbers_of_the_message(sign_up: SignUp) -> None:
    async with sign_up("alice").chat() as alice:
        sent = await alice.say(alice.room("general"), "hi")
    assert sent.keys() == {"type", "id", "room", "seq", "rev", "at"}


async def test_every_way_to_read_a_message_shows_the_same(sign_up: SignUp) -> None:
    async with sign_up("alice").chat() as alice:
        room = alice.room("general")
        first = await alice.say(room, "one")
        sent = await alice.say(room, "**two** and `code`, 三", reply_to=first["seq"])
        seq, since = sent["seq"], sent["rev"] - 1
        live = (await alice.event("message", room=room))["message"]
        while live["seq"] != seq:
            live = (await alice.event("message", room=room))["message"]
        page = await alice.ok("history", room=room, around=seq, limit=1)
        named = await alice.ok("messages.get", room=room, seqs=[seq])
        synced = await alice.ok("sync", room=room, since=since)
    [shown] = page["messages"]
    assert live == shown
    assert named["messages"] == synced["messages"] == [shown]
    assert [message["seq"] for message in page["replied"]] == [first["seq"]]


async def test_a_pipeline_is_stored_in_sending_order(sign_up: SignUp) -> None:
    async with sign_up("alice").chat() as alice:
        room = alice.room("general")
        ids = [await alice.send("message.send", **_draft(room, f"{n}")) for n in range(200)]
        answers = [await alice.answer(command_id) for command_id in ids]
    seqs = [answer["seq"] for answer in answers]
    assert seqs == list(range(seqs[0], seqs[0] + 200))


async def test_everybody_sees_one_order(sign_up: SignUp) -> None:
    people = [sign_up("person") for _ in range(6)]
    sockets: list[Socket] = []
    async with (
        people[0].chat() as a,
        people[1].chat() as b,
        people[2].chat() as c,
        people[3].chat() as d,
        people[4].chat() as e,
        people[5].chat() as f,
    ):
        sockets = [a, b, c, d, e, f]
        room = a.room("general")
        await asyncio.gather(*(_send_all(socket, room, 25) for socket in sockets))
        views = [await _seqs_told(socket, room, 25 * 6) for socket in sockets]
    assert all(view == views[0] for view in views)
    assert views[0] == list(range(views[0][0], views[0][0] + 150))


async def test_a_repeat_on_another_connection_gets_the_same_answer(sign_up: SignUp) -> None:
    alice = sign_up("alice")
    async with alice.chat() as one, alice.chat() as two:
        draft = _draft(one.room("general"), "once")
        first = await one.ok("message.send", **draft)
        second = await two.ok("message.send", **draft)
        assert _numbers(first) == _numbers(second)
        conflict = await two.call("message.send", **draft | {"body": "twice"})
        assert conflict["code"] == "conflict"


async def test_the_longest_message_arrives_whole(sign_up: SignUp) -> None:
    async with sign_up("alice").chat() as alice, sign_up("bob").chat() as bob:
        room, body = bob.room("general"), "汉字" * 4_000
        await alice.say(room, body)
        assert (await bob.event("message", room=room))["message"]["body"] == body
        refusal = await alice.call("message.send", **_draft(room, body + "字"))
        assert refusal["code"] == "too_long"


async def test_limits_hold_a_flood_and_say_when_to_go_on(
    start_server: Callable[..., Server],
) -> None:
    alice = Visitor(start_server(RATE_LIMITS="true").url)
    alice.sign_up("alice")
    async with alice.chat() as socket:
        room = socket.room("general")
        ids = [await socket.send("message.send", **_draft(room, f"{n}")) for n in range(30)]
        answers = [await socket.answer(command_id) for command_id in ids]
        stored = [answer for answer in answers if answer["type"] == "ok"]
        refused = [answer for answer in answers if answer["type"] == "error"]
        assert 20 <= len(stored) <= 22
        assert all(answer["code"] == "rate_limited" for answer in refused)
        await asyncio.sleep(refused[-1]["retry_after"] / 1000)  # as it was told
        assert await socket.say(room, "patience")


async def test_what_was_acknowledged_outlives_a_kill_and_the_rest_can_be_repeated(
    start_server: Callable[..., Server],
) -> None:
    server = start_server()
    alice = Visitor(server.url)
    alice.sign_up("alice")
    drafts: list[Frame] = []
    acknowledged: dict[str, int] = {}
    async with alice.chat() as socket:
        room = socket.room("general")
        drafts = [_draft(room, f"{n}") for n in range(400)]
        ids = [await socket.send("message.send", **draft) for draft in drafts]
        for command_id, draft in zip(ids[:50], drafts, strict=False):
            acknowledged[draft["client_id"]] = (await socket.answer(command_id))["seq"]
        server.kill()
    server.start()
    async with alice.chat() as socket:
        again = [await socket.ok("message.send", **draft) for draft in drafts]
        stored = await socket.ok("history", room=room, after=0, limit=200)
        rest = await socket.ok("history", room=room, after=200, limit=200)
    seqs = {draft["client_id"]: ok["seq"] for draft, ok in zip(drafts, again, strict=True)}
    assert acknowledged.items() <= seqs.items()
    assert sorted(seqs.values()) == list(range(1, 401))
    shown = {message["client_id"]: message["seq"] for message in stored["messages"]}
    shown |= {message["client_id"]: message["seq"] for message in rest["messages"]}
    assert shown == seqs


async def test_a_server_that_ends_says_goodbye_and_keeps_its_word(
    start_server: Callable[..., Server],
) -> None:
    server = start_server()
    alice = Visitor(server.url)
    alice.sign_up("alice")
    async with alice.chat() as socket:
        room = socket.room("general")
        sent = await socket.say(room, "before the end")
        ending = asyncio.create_task(asyncio.to_thread(server.terminate))
        assert (await socket.event("bye"))["code"] == 1012
        assert await socket.closed() == 1012
        assert await ending == 0
    server.start()
    async with alice.chat() as socket:
        page = await socket.ok("history", room=room)
    assert [message["seq"] for message in page["messages"]] == [sent["seq"]]


def _draft(room: int, body: str) -> Frame:
    return {"room": room, "client_id": str(uuid.uuid4()), "body": body}


def _numbers(answer: Frame) -> Frame:
    return {key: value for key, value in answer.items() if key != "id"}


async def _send_all(socket: Socket, room: int, count: int) -> None:
    for n in range(count):
        await socket.say(room, f"{n}")


async def _seqs_told(socket: Socket, room: int, count: int) -> list[int]:
    return [(await socket.event("message", room=room))["message"]["seq"] for _ in range(count)]
