"""Coming back: a client that was away catches up exactly, whatever happens meanwhile."""

import asyncio
import uuid

import pytest

from tests.client import Frame, Socket, Visitor
from tests.conformance.talk import answers, say_many, submit
from tests.conformance.view import RoomView, follow, own_room, timeline, view_of


async def held(visitor: Visitor, room: int) -> RoomView:
    """What a client knows that is about to leave."""
    async with visitor.chat() as socket:
        return view_of(socket, room)


async def news(socket: Socket) -> list[Frame]:
    """What was told after `welcome`, unasked."""
    await socket.ok("ping")
    return socket.events


async def resets(socket: Socket) -> list[tuple[int, int]]:
    """The rooms that were told to start anew, which must be all that was told; each with its rev."""
    told = await news(socket)
    assert {event["type"] for event in told} == {"reset"}
    assert all(event["room_state"]["id"] == event["room"] for event in told)
    return [(event["room"], event["rev"]) for event in told]


async def test_a_rev_that_is_current_brings_nothing(alice: Visitor, room: int) -> None:
    view = await held(alice, room)
    async with alice.chat(rooms={room: view.rev}) as socket:
        assert await news(socket) == []


async def test_no_revs_bring_nothing(alice: Visitor, bob: Visitor, room: int) -> None:
    async with bob.chat() as sender:
        await sender.say(room, "before")
    async with alice.chat(rooms={}) as socket:
        assert await news(socket) == []


async def test_an_older_rev_brings_one_sync_that_makes_the_state_equal(
    alice: Visitor, bob: Visitor, room: int
) -> None:
    view = await held(alice, room)
    async with bob.chat() as sender:
        for body in ("one", "two", "three"):
            await sender.say(room, body)
    async with alice.chat(rooms={room: view.rev}) as socket:
        (sync,) = await news(socket)
        assert (sync["type"], sync["since"], sync["more"]) == ("sync", view.rev, False)
        view.apply(sync)
        assert list(view.messages.values()) == await timeline(socket, room)
        assert view.rev == own_room(socket, room)["last_rev"]


async def test_sync_names_its_people_and_the_replied(
    alice: Visitor, bob: Visitor, room: int
) -> None:
    async with bob.chat() as sender:
        question = await sender.say(room, "question")
        view = await held(alice, room)
        await sender.say(room, "answer", reply_to=question["seq"])
    async with alice.chat(rooms={room: view.rev}) as socket:
        (sync,) = await news(socket)
    assert [message["body"] for message in sync["replied"]] == ["question"]
    assert {user["id"] for user in sync["users"]} == {sync["messages"][0]["author"]}


async def test_a_sync_takes_a_client_from_the_very_first_rev(
    alice: Visitor, bob: Visitor, room: int
) -> None:
    async with bob.chat() as sender:
        await sender.say(room, "hello")
    async with alice.chat(rooms={room: 0}) as socket:
        (sync,) = await news(socket)
    assert {member["role"] for member in sync["members"]} == {"owner", "member"}
    assert sync["room_state"]["id"] == room
    assert len(sync["messages"]) == 1


async def test_each_room_that_is_behind_gets_its_own_sync(
    alice: Visitor, bob: Visitor, room: int, public_room: int
) -> None:
    views = [await held(alice, behind) for behind in (room, public_room)]
    async with bob.chat() as sender:
        for view in views:
            await sender.say(view.room, "hello")
    async with alice.chat(rooms={view.room: view.rev for view in views}) as socket:
        syncs = await news(socket)
    assert sorted((sync["type"], sync["room"]) for sync in syncs) == sorted(
        ("sync", view.room) for view in views
    )


async def test_a_rev_above_the_rooms_is_reset(alice: Visitor, room: int) -> None:
    view = await held(alice, room)
    async with alice.chat(rooms={room: view.rev + 1}) as socket:
        assert await resets(socket) == [(room, view.rev)]


async def test_another_epoch_is_reset(alice: Visitor, room: int) -> None:
    view = await held(alice, room)
    async with alice.chat(rooms={room: view.rev}, epoch=str(uuid.uuid4())) as socket:
        assert await resets(socket) == [(room, view.rev)]


async def test_the_same_epoch_is_not_reset(alice: Visitor, room: int) -> None:
    async with alice.chat() as first:
        rev, epoch = own_room(first, room)["last_rev"], first.welcome["server"]["epoch"]
    async with alice.chat(rooms={room: rev}, epoch=epoch) as socket:
        assert await news(socket) == []


async def test_a_lag_too_long_to_replay_is_reset(alice: Visitor, bob: Visitor, room: int) -> None:
    view = await held(alice, room)
    async with bob.chat() as sender:
        last = (await say_many(sender, room, 1001))[-1]
    async with alice.chat(rooms={room: view.rev}) as socket:
        assert await resets(socket) == [(room, last["rev"])]


async def test_a_long_lag_is_replayed_in_order(alice: Visitor, bob: Visitor, room: int) -> None:
    view = await held(alice, room)
    async with bob.chat() as sender:
        await say_many(sender, room, 450)
    async with alice.chat(rooms={room: view.rev}) as socket:
        for sync in await news(socket):
            view.apply(sync)
        assert list(view.messages.values()) == await timeline(socket, room)


async def test_unknown_rooms_are_ignored(alice: Visitor) -> None:
    async with alice.chat(rooms={2**40: 7}) as socket:
        assert await news(socket) == []


async def test_rooms_of_others_are_ignored(carol: Visitor, room: int, public_room: int) -> None:
    async with carol.chat(rooms={room: 0, public_room: 0}) as socket:
        assert await news(socket) == []


async def test_many_revs_are_taken(alice: Visitor, room: int) -> None:
    rooms = {2**40 + number: 1 for number in range(5000)}
    async with alice.chat(rooms=rooms | {room: 0}) as socket:
        assert [event["type"] for event in await news(socket)] == ["sync"]


async def test_after_catching_up_events_go_on_with_the_next_rev(
    alice: Visitor, bob: Visitor, room: int
) -> None:
    view = await held(alice, room)
    async with bob.chat() as sender:
        await sender.say(room, "missed")
        async with alice.chat(rooms={room: view.rev}) as socket:
            last = await sender.say(room, "live")
            await follow(socket, view, to=last["rev"])
    assert [message["body"] for message in view.messages.values()] == ["missed", "live"]


async def test_sync_on_demand_equals_the_sync_of_hello(
    alice: Visitor, bob: Visitor, room: int
) -> None:
    view = await held(alice, room)
    async with bob.chat() as sender:
        await sender.say(room, "missed")
    async with alice.chat(rooms={room: view.rev}) as socket:
        (event,) = await news(socket)
        answer = await socket.ok("sync", room=room, since=view.rev)
    assert {**event, "type": "ok", "id": answer["id"]} == answer


async def test_sync_since_a_rev_not_given_out_is_a_bad_request(alice: Visitor, room: int) -> None:
    async with alice.chat() as socket:
        last = own_room(socket, room)["last_rev"]
        assert (await socket.call("sync", room=room, since=last + 1))["code"] == "bad_request"
        assert (await socket.ok("sync", room=room, since=last))["messages"] == []


@pytest.mark.parametrize("resuming", [False, True])
async def test_joining_amid_a_stream_leaves_no_hole(
    alice: Visitor, bob: Visitor, room: int, resuming: bool
) -> None:
    view = await held(bob, room)
    turns = [asyncio.Event() for _ in range(20)]
    async with alice.chat() as sender:
        streaming = asyncio.create_task(stream(sender, room, turns))
        joining = [join_amid(bob, view, turn, streaming, resuming=resuming) for turn in turns]
        seen = await asyncio.gather(*joining)
        truth = await timeline(sender, room)
    for joiner in seen:
        missed = len(truth) - len(joiner.messages)
        assert list(joiner.messages.values()) == truth[missed:]
        assert not resuming or missed == 0


async def join_amid(
    visitor: Visitor,
    view: RoomView,
    turn: asyncio.Event,
    streaming: "asyncio.Task[int]",
    *,
    resuming: bool,
) -> RoomView:
    """Joins when it is its turn and follows the room to the stream's end."""
    await turn.wait()
    async with visitor.chat(rooms={view.room: view.rev} if resuming else {}) as socket:
        mine = RoomView(view.room, view.rev) if resuming else view_of(socket, view.room)
        return await follow(socket, mine, to=await streaming)


async def stream(socket: Socket, room: int, turns: list[asyncio.Event]) -> int:
    """Sends fifteen messages for each turn, ten under way at any time; the room's rev at the end."""
    under_way: list[str] = []
    for number in range(15 * len(turns)):
        turns[number // 15].set()
        under_way.append(await submit(socket, room, str(number)))
        if len(under_way) == 10:
            await socket.answer(under_way.pop(0))
    rev: int = (await answers(socket, under_way))[-1]["rev"]
    return rev
