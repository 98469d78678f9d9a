"""Two processes over one database, with a channel layer between them and without one."""

import asyncio
import time

from tests.client import PASSWORD, Visitor
from tests.conformance.talk import say_many
from tests.conformance.view import follow, timeline, view_of
from tests.server import Server


async def test_what_another_process_stores_is_told(
    neighbour: Server, alice: Visitor, bob: Visitor, room: int
) -> None:
    elsewhere = Visitor(neighbour.url, alice.cookies)
    async with elsewhere.chat() as sender, bob.chat() as reader:
        view = view_of(reader, room)
        sent = await sender.say(room, "from elsewhere")
        await follow(reader, view, to=sent["rev"])
        assert list(view.messages.values()) == await timeline(reader, room)


async def test_two_processes_give_out_numbers_without_gap_or_double(
    neighbour: Server, alice: Visitor, bob: Visitor, room: int
) -> None:
    elsewhere = Visitor(neighbour.url, alice.cookies)
    async with elsewhere.chat() as one, bob.chat() as other:
        views = [view_of(socket, room) for socket in (one, other)]
        mine, his = await asyncio.gather(say_many(one, room, 60), say_many(other, room, 60))
        last = max(ok["rev"] for ok in mine + his)
        for socket, view in zip((one, other), views, strict=True):
            await follow(socket, view, to=last)
        truth = await timeline(other, room)
    assert sorted(ok["seq"] for ok in mine + his) == list(range(1, 121))
    for view in views:
        assert [view.messages[seq] for seq in range(1, 121)] == truth


async def test_a_repeat_at_another_process_is_answered_with_the_first_ok(
    neighbour: Server, alice: Visitor, room: int
) -> None:
    draft = {"room": room, "client_id": "0b5d5b8c-8a36-4a4b-9d21-00000000abcd", "body": "once"}
    async with alice.chat() as socket:
        first = await socket.ok("message.send", **draft)
    async with Visitor(neighbour.url, alice.cookies).chat() as socket:
        again = await socket.ok("message.send", **draft)
    assert {**first, "id": again["id"]} == again


async def test_an_account_made_by_command_is_told(server: Server, alice: Visitor) -> None:
    async with alice.chat() as socket:
        general = socket.room("general")
        view = view_of(socket, general)
        members = (await socket.ok("members", room=general, limit=200))["members"]
        name = f"eve{time.monotonic_ns()}"
        await asyncio.to_thread(
            server.manage, "create_user", name, "--password-stdin", stdin=PASSWORD
        )
        while not view.roles:
            view.apply(await socket.next_event())
        (newcomer,) = view.roles.keys() - {member["user"] for member in members}
        assert (await socket.ok("users.get", ids=[newcomer]))["users"][0]["username"] == name
