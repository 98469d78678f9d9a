"""The snapshot, and coming back from what one holds."""

import asyncio
from collections.abc import Callable

from tests.client import PASSWORD, Frame, Socket, Visitor
from tests.server import Server

SignUp = Callable[[str], Visitor]


def room_state(socket: Socket, room: int) -> Frame:
    [state] = [one for one in socket.welcome["rooms"] if one["id"] == room]
    return dict(state)


async def test_welcome_is_a_whole_snapshot(sign_up: SignUp) -> None:
    async with sign_up("alice").chat() as alice:
        welcome = alice.welcome
        assert welcome.keys() == {"type", "me", "server", "rooms", "users", "online"}
        assert welcome["server"]["limits"]["body"] == 8000
        general = room_state(alice, alice.room("general"))
        assert (general["role"], general["kind"], general["notify"]) == ("member", "public", "all")
        assert general["read_seq"] == general["last_seq"]


async def test_one_who_holds_everything_is_told_nothing(sign_up: SignUp) -> None:
    alice = sign_up("alice")
    async with alice.chat() as socket:
        room = socket.room("general")
        held = {str(room): room_state(socket, room)["last_rev"]}
        epoch = socket.welcome["server"]["epoch"]
    async with alice.chat(rooms=held, epoch=epoch) as socket:
        await socket.ok("ping")
        assert socket.events == []


async def test_one_who_is_behind_gets_exactly_what_was_missed(sign_up: SignUp) -> None:
    alice, bob = sign_up("alice"), sign_up("bob")
    async with alice.chat() as socket:
        room = socket.room("general")
        held = room_state(socket, room)["last_rev"]
    async with bob.chat() as socket:
        seqs = [(await socket.say(room, f"missed {n}"))["seq"] for n in range(3)]
    async with alice.chat(rooms={str(room): held}) as socket:
        sync = await socket.event("sync", room=room, since=held)
        assert [message["seq"] for message in sync["messages"]] == seqs
        assert sync["rev"] == room_state(socket, room)["last_rev"]


async def test_a_rev_that_was_never_given_or_another_epoch_starts_anew(sign_up: SignUp) -> None:
    alice = sign_up("alice")
    async with alice.chat() as socket:
        room = socket.room("general")
        rev = room_state(socket, room)["last_rev"]
    async with alice.chat(rooms={str(room): rev + 1000}) as socket:
        assert await socket.event("reset", room=room)
    other = "00000000-0000-4000-8000-000000000000"
    async with alice.chat(rooms={str(room): rev}, epoch=other) as socket:
        assert await socket.event("reset", room=room)


async def test_rooms_that_are_not_ones_own_are_passed_over(sign_up: SignUp) -> None:
    async with sign_up("alice").chat(rooms={"999999": 3}) as socket:
        await socket.ok("ping")
        assert socket.events == []


async def test_joining_in_mid_stream_misses_nothing_and_repeats_nothing(sign_up: SignUp) -> None:
    """Joiners come while messages flow; each holds its snapshot's rev and every next one, once."""
    sender, joiners = sign_up("sender"), [sign_up("joiner") for _ in range(8)]
    async with sender.chat() as source:
        room = source.room("general")
        flow = asyncio.create_task(_pour(source, room, 300))
        views = await asyncio.gather(*(_watch(joiner, room, "last drop") for joiner in joiners))
        last = await flow
    for start, revs in views:
        assert revs == list(range(start + 1, last + 1))


async def _pour(source: Socket, room: int, count: int) -> int:
    for n in range(count):
        await source.say(room, f"drop {n}")
    return int((await source.say(room, "last drop"))["rev"])


async def _watch(joiner: Visitor, room: int, last: str) -> tuple[int, list[int]]:
    """The rev of the snapshot, and the revs told after it, up to the last message."""
    async with joiner.chat() as socket:
        start = room_state(socket, room)["last_rev"]
        revs = []
        while True:
            message = (await socket.event("message", room=room))["message"]
            revs.append(message["rev"])
            if message["body"] == last:
                return start, revs


async def test_a_newcomer_made_by_a_command_is_told_to_the_room(
    server: Server, sign_up: SignUp
) -> None:
    async with sign_up("alice").chat() as alice:
        server.manage("create_user", "dora", "--password-stdin", stdin=PASSWORD)
        member = await alice.event("sync", room=alice.room("general"))
        assert [user["username"] for user in member["users"]] == ["dora"]
