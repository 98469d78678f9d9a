"""What is said in a room reaches everyone in it: all of it, once, in order."""

import asyncio
import uuid
from contextlib import AsyncExitStack

from tests.client import Socket, Visitor
from tests.conformance.talk import say_many
from tests.conformance.view import follow, timeline, view_of
from tests.server import Server


async def open_many(stack: AsyncExitStack, visitors: list[Visitor], count: int) -> list[Socket]:
    opening = [
        stack.enter_async_context(visitors[number % len(visitors)].chat())
        for number in range(count)
    ]
    return list(await asyncio.gather(*opening))


async def test_thirty_sockets_are_told_the_same_in_the_same_order(
    alice: Visitor, bob: Visitor, room: int
) -> None:
    async with AsyncExitStack() as stack:
        readers = await open_many(stack, [alice, bob], 30)
        views = [view_of(reader, room) for reader in readers]
        last = [await readers[0].say(room, str(number)) for number in range(100)][-1]
        await asyncio.gather(
            *(
                follow(reader, view, to=last["rev"])
                for reader, view in zip(readers, views, strict=True)
            )
        )
        truth = await timeline(readers[0], room)
    assert [message["body"] for message in truth] == [str(number) for number in range(100)]
    assert all(list(view.messages.values()) == truth for view in views)


async def test_many_senders_make_one_order(alice: Visitor, bob: Visitor, room: int) -> None:
    async with AsyncExitStack() as stack:
        sockets = await open_many(stack, [alice, bob], 8)
        views = [view_of(socket, room) for socket in sockets]
        sent = await asyncio.gather(*(say_many(socket, room, 25) for socket in sockets))
        last = max(ok["rev"] for oks in sent for ok in oks)
        await asyncio.gather(
            *(follow(socket, view, to=last) for socket, view in zip(sockets, views, strict=True))
        )
    for view in views:
        assert list(view.messages) == list(range(1, 201))
        assert view.messages == views[0].messages


async def test_each_senders_messages_keep_their_order_among_others(
    alice: Visitor, bob: Visitor, room: int
) -> None:
    async with alice.chat() as one, bob.chat() as other:
        await asyncio.gather(say_many(one, room, 100), say_many(other, room, 100))
        stored = await timeline(one, room)
    for author in {message["author"] for message in stored}:
        bodies = [message["body"] for message in stored if message["author"] == author]
        assert bodies == [str(number) for number in range(100)]


async def test_the_longest_chinese_message_reaches_everyone(
    alice: Visitor, bob: Visitor, room: int
) -> None:
    body = "今天天气很好吗？" * 1000
    async with AsyncExitStack() as stack:
        readers = await open_many(stack, [alice, bob], 10)
        await readers[0].say(room, body)
        for reader in readers:
            assert (await reader.event("message", room=room))["message"]["body"] == body


async def test_several_rooms_are_told_side_by_side(
    alice: Visitor, bob: Visitor, room: int, public_room: int
) -> None:
    async with alice.chat() as sender, bob.chat() as reader:
        views = [view_of(reader, room), view_of(reader, public_room)]
        for number in range(40):
            await sender.say(views[number % 2].room, str(number))
        while not all(len(view.messages) == 20 for view in views):
            event = await reader.next_event()
            for view in views:
                view.apply(event)


async def test_a_newcomer_is_told_to_everyone_in_general(alice: Visitor, server: Server) -> None:
    async with alice.chat() as socket:
        view = view_of(socket, socket.room("general"))
        dora = Visitor(server.url)
        dora.sign_up(f"dora{uuid.uuid4().hex[:6]}")
        async with dora.chat() as newcomer:
            me = newcomer.welcome["me"]["user"]
        event = await socket.event("member", user=me["id"])
        view.apply(event)
    assert (event["role"], event["profile"]) == ("member", me)
