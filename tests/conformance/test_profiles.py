"""Names, statuses and blocks, as others hear of them over a real socket."""

import secrets
import uuid

import pytest

from tests.client import Frame, Socket, Visitor
from tests.conformance.mirror import Mirror, catch_up, fresh, load
from tests.conftest import Backend
from tests.server import Server


def id_of(socket: Socket) -> int:
    user_id: int = socket.welcome["me"]["user"]["id"]
    return user_id


async def profile_of(reader: Socket, user_id: int) -> Frame:
    """The next that it is told of this user."""
    while True:
        event = await reader.event("user")
        if event["user"]["id"] == user_id:
            user: Frame = event["user"]
            return user


async def test_who_shares_a_room_knows_of_a_new_name_what_a_fresh_load_gives(
    alice: Visitor, bob: Visitor, room: int
) -> None:
    name = f"Robert {secrets.token_hex(3)}"
    async with alice.chat() as reader, bob.chat() as writer:
        mirror = Mirror.of(reader.welcome)
        await load(reader, mirror)
        answer = await writer.ok("profile.update", name=name, status_text="在开会")
        while mirror.users[id_of(writer)] != answer["user"]:
            mirror.apply(await reader.next_event())
        truth = await fresh(alice)
        await catch_up(reader, mirror, truth)
    assert mirror.users[id_of(writer)] == truth.users[id_of(writer)]
    assert truth.users[id_of(writer)]["name"] == name


async def test_all_ones_own_tabs_learn_of_it(bob: Visitor) -> None:
    async with bob.chat() as one, bob.chat() as other:
        await one.ok("profile.update", status_text=secrets.token_hex(3))
        answer = await one.ok("profile.update", status_text="")
        for tab in (one, other):
            welcome = await tab.event("welcome")
            while welcome["me"]["user"] != answer["user"]:
                welcome = await tab.event("welcome")


async def test_the_other_process_tells_of_it_where_they_share_a_layer(
    neighbour: Server, alice: Visitor, bob: Visitor, room: int, backend: Backend
) -> None:
    """PostgreSQL comes with Redis; SQLite with nothing that others hear, so there it is asked for."""
    elsewhere = Visitor(neighbour.url, alice.cookies)
    name = f"Robert {secrets.token_hex(3)}"
    async with elsewhere.chat() as reader, bob.chat() as writer:
        await writer.ok("profile.update", name=name)
        if backend.name == "postgresql":
            assert (await profile_of(reader, id_of(writer)))["name"] == name
        answer = await reader.ok("users.get", ids=[id_of(writer)])
    assert answer["users"][0]["name"] == name


@pytest.mark.parametrize("name", ["Bob\u202egnp.exe", "o" + "\u0301" * 10_000, "\u200b", ""])
async def test_a_hostile_name_is_refused_and_costs_nothing(bob: Visitor, name: str) -> None:
    async with bob.chat() as writer:
        answer = await writer.call("profile.update", name=name)
        assert answer["code"] in {"bad_request", "too_long"}
        assert answer["detail"]
        await writer.ok("ping")


async def test_all_ones_own_tabs_know_whom_one_blocks(
    neighbour: Server, alice: Visitor, bob: Visitor
) -> None:
    """Where processes share no layer, the poll finds it."""
    elsewhere = Visitor(neighbour.url, bob.cookies)
    async with alice.chat() as other, bob.chat() as one, elsewhere.chat() as two:
        her = id_of(other)
        await one.ok("block.set", user=her)
        for tab in (one, two):
            assert (await tab.event("welcome"))["me"]["blocked"] == [her]
        await two.ok("block.lift", user=her)
        for tab in (one, two):
            assert (await tab.event("welcome"))["me"]["blocked"] == []


async def test_the_blocked_is_refused_in_the_direct_room_alone(
    alice: Visitor, bob: Visitor, room: int
) -> None:
    async with alice.chat() as one, bob.chat() as other:
        opened = await one.ok("dm.open", users=[id_of(other)])
        await one.ok("block.set", user=id_of(other))
        direct = opened["room"]["id"]
        refused = await other.call(
            "message.send", room=direct, client_id=str(uuid.uuid4()), body="hello"
        )
        assert refused["code"] == "forbidden"
        assert (await other.call("typing", room=direct))["code"] == "forbidden"
        await other.say(room, "hello")
        await one.ok("block.lift", user=id_of(other))
        await other.say(direct, "hello")
