"""How far one has read, over the wire: for all one's tabs, whatever process they are at."""

import asyncio

from tests.client import Frame, Socket, Visitor
from tests.conformance.conftest import Company
from tests.conformance.view import own_room
from tests.server import Server


async def told(socket: Socket, room: int) -> Frame:
    """The next `membership` of that room."""
    while True:
        event = await socket.event("membership")
        if event["room"]["id"] == room:
            own: Frame = event["room"]
            return own


async def test_all_tabs_see_at_once_what_one_has_read(
    alice: Visitor, bob: Visitor, room: int
) -> None:
    async with alice.chat() as author, bob.chat() as one, bob.chat() as other:
        for _ in range(3):
            await author.say(room, "hello")
        await one.ok("read", room=room, seq=2)
        assert [(await told(tab, room))["read_seq"] for tab in (one, other)] == [2, 2]
        await other.ok("read", room=room, seq=1, back=True)
        assert [(await told(tab, room))["read_seq"] for tab in (one, other)] == [1, 1]


async def test_what_one_has_read_is_there_when_one_comes_back(
    alice: Visitor, bob: Visitor, room: int
) -> None:
    async with alice.chat() as author, bob.chat() as reader:
        await author.say(room, "hello")
        await reader.ok("read", room=room, seq=1)
        await reader.ok("read", room=room, seq=0)
    async with bob.chat() as reader:
        assert own_room(reader, room)["read_seq"] == 1


async def test_a_process_that_shares_only_the_database_notices(
    server: Server, neighbour: Server, alice: Visitor, bob: Visitor, room: int
) -> None:
    """With a layer at once by `membership`, without one by a new `welcome`."""
    elsewhere = Visitor(neighbour.url, bob.cookies)
    async with alice.chat() as author, bob.chat() as here, elsewhere.chat() as there:
        await author.say(room, "hello")
        await here.ok("read", room=room, seq=1)
        own: Frame = {"read_seq": 0}
        while own["read_seq"] != 1:
            event = await there.next_event()
            if event["type"] == "membership" and event["room"]["id"] == room:
                own = event["room"]
            if event["type"] == "welcome":
                own = next(one for one in event["rooms"] if one["id"] == room)


async def test_what_cannot_have_been_read_is_refused(
    alice: Visitor, carol: Visitor, room: int, public_room: int
) -> None:
    async with alice.chat() as member, carol.chat() as outsider:
        answers = [
            await member.call("read", room=room, seq=1),
            await outsider.call("read", room=room, seq=0),
            await outsider.call("read", room=999_999, seq=0),
            await outsider.call("read", room=public_room, seq=0),
        ]
    codes = ["bad_request", "not_found", "not_found", "forbidden"]
    assert [answer["code"] for answer in answers] == codes
    assert answers[1]["detail"] == answers[2]["detail"]


async def test_many_rooms_are_read_at_once_as_far_as_they_can_be(
    alice: Visitor, bob: Visitor, carol: Visitor, room: int, company: Company
) -> None:
    other = company.room()
    async with alice.chat() as author, bob.chat() as reader, carol.chat() as outsider:
        for where in (room, other):
            await author.say(where, "hello")
        await reader.ok("read.all", rooms={room: 1, other: 99, 999_999: 1})
        await reader.ok("read.all", rooms={})
        await outsider.ok("read.all", rooms={room: 1})
        assert (await told(reader, room))["read_seq"] == 1
    async with bob.chat() as reader:
        assert own_room(reader, room)["read_seq"] == 1
        assert own_room(reader, other)["read_seq"] == 0


async def test_what_was_acknowledged_outlives_the_process(
    alice: Visitor, bob: Visitor, room: int, server: Server
) -> None:
    async with alice.chat() as author, bob.chat() as reader:
        await author.say(room, "hello")
        await reader.ok("read", room=room, seq=1)
        server.kill()
    server.start()
    async with bob.chat() as reader:
        assert own_room(reader, room)["read_seq"] == 1


async def test_what_waits_is_written_before_the_process_ends(
    alice: Visitor, bob: Visitor, room: int, server: Server
) -> None:
    async with alice.chat() as author, bob.chat() as reader:
        for _ in range(2):
            await author.say(room, "hello")
        await reader.ok("read", room=room, seq=1)
        waiting = await reader.send("read", room=room, seq=2)
        await reader.ok("ping")
        await asyncio.to_thread(server.terminate)
        assert (await reader.answer(waiting))["type"] == "ok"
    server.start()
    async with bob.chat() as reader:
        assert own_room(reader, room)["read_seq"] == 2
