"""`hello` comes first and once; `welcome` is what a client starts from."""

import asyncio
import time

import pytest

from tests.client import Visitor
from tests.conformance.view import own_room
from tests.server import Server

HELLO_SECONDS = 10


async def test_welcome_follows_the_ok(alice: Visitor) -> None:
    async with alice.connect() as socket:
        ok = await socket.ok("hello", client="tests")
        assert ok.keys() == {"type", "id"}
        assert (await socket.next_event())["type"] == "welcome"


async def test_welcome_says_who_one_is(alice: Visitor) -> None:
    async with alice.chat() as socket:
        me = socket.welcome["me"]
    assert me["blocked"] == []
    assert me["user"]["username"].startswith("alice")
    assert me["user"].keys() == {"id", "username", "name", "avatar", "status_text", "kind"}


async def test_welcome_says_what_the_server_takes(alice: Visitor) -> None:
    async with alice.chat() as socket:
        server = socket.welcome["server"]
    assert server.keys() == {"version", "limits", "heartbeat", "epoch"}
    assert server["limits"]["frame_bytes"] == 128 * 1024
    assert server["limits"]["body"] == 8000


async def test_welcome_holds_every_field_of_a_room(alice: Visitor, room: int) -> None:
    async with alice.chat() as socket:
        own = own_room(socket, room)
    shared = "id kind name slug topic first_seq last_seq last_rev members last_at archived_at"
    assert set(f"{shared} slow_mode by role read_seq mentions notify".split()) == own.keys()


async def test_welcome_counts_what_happened(alice: Visitor, bob: Visitor, room: int) -> None:
    async with alice.chat() as socket:
        last = await socket.say(room, "for Bob")
    async with bob.chat() as socket:
        own = own_room(socket, room)
    assert (own["role"], own["members"], own["read_seq"]) == ("member", 2, 0)
    assert (own["last_seq"], own["last_rev"], own["last_at"]) == (1, last["rev"], last["at"])


async def test_welcome_holds_no_room_of_others(carol: Visitor, room: int, public_room: int) -> None:
    async with carol.chat() as socket:
        assert {own["slug"] for own in socket.welcome["rooms"]} == {"general"}


async def test_fields_of_a_later_version_are_ignored_in_hello(alice: Visitor) -> None:
    async with alice.chat(locale="zh-Hans", later={"deep": [1]}) as socket:
        assert socket.welcome


async def test_ping_needs_no_hello(alice: Visitor) -> None:
    async with alice.connect() as socket:
        assert (await socket.ok("ping")).keys() == {"type", "id"}


@pytest.mark.parametrize(
    ("command", "fields"),
    [
        ("history", {"room": 1}),
        (
            "message.send",
            {"room": 1, "client_id": "0" * 8 + "-0000" * 3 + "-" + "0" * 12, "body": "x"},
        ),
        ("users.get", {"ids": [1]}),
        ("room.list", {}),
    ],
)
async def test_nothing_else_is_answered_before_hello(
    alice: Visitor, command: str, fields: dict[str, object]
) -> None:
    async with alice.connect() as socket:
        assert (await socket.call(command, **fields))["code"] == "bad_request"
        assert await socket.hello()


async def test_a_second_hello_is_a_bad_request(alice: Visitor) -> None:
    async with alice.chat() as socket:
        assert (await socket.call("hello", client="tests"))["code"] == "bad_request"
        await socket.ok("ping")


async def test_the_user_of_hello_may_be_oneself(alice: Visitor) -> None:
    async with alice.chat() as first:
        me = first.welcome["me"]["user"]["id"]
    async with alice.chat(user=me) as again:
        assert again.welcome["me"]["user"]["id"] == me


async def test_a_hello_of_another_user_is_closed_4401(alice: Visitor, bob: Visitor) -> None:
    async with alice.chat() as other, bob.connect() as socket:
        await socket.send("hello", client="tests", user=other.welcome["me"]["user"]["id"])
        assert (await socket.event("bye"))["code"] == 4401
        assert await socket.closed() == 4401
        await other.ok("ping")


async def test_a_hello_of_another_user_closes_no_other_socket_of_the_session(
    alice: Visitor, bob: Visitor, room: int
) -> None:
    async with bob.chat() as standing, bob.connect() as socket:
        await socket.send("hello", client="tests", user=2**50)
        assert await socket.closed() == 4401
        await standing.say(room, "still here")


async def test_without_hello_a_socket_is_closed_4408_after_ten_seconds(
    server: Server, alice: Visitor
) -> None:
    """As slow as the ten seconds; a ping does not stand in for hello, and a greeted one stays open."""
    async with alice.connect() as silent, alice.connect() as pinging, alice.chat() as greeted:
        began = time.monotonic()
        await pinging.ok("ping")
        closing = asyncio.gather(silent.closed(within=15), pinging.closed(within=15))
        assert set(await closing) == {4408}
        assert time.monotonic() - began > HELLO_SECONDS - 1
        assert (await silent.event("bye"))["code"] == 4408
        await greeted.ok("ping")
