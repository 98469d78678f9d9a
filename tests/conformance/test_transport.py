"""Getting in, and what ends a connection."""

from collections.abc import Callable

import pytest
from websockets.exceptions import InvalidStatus

from chat.protocol.limits import MAX_FRAME_BYTES
from tests.client import Visitor
from tests.server import Server

SignUp = Callable[[str], Visitor]


async def test_the_signed_out_are_let_in_only_to_be_told_so(server: Server) -> None:
    async with Visitor(server.url).connect() as socket:
        assert (await socket.event("bye"))["code"] == 4401
        assert await socket.closed() == 4401


async def test_a_session_that_ended_is_none(server: Server, sign_up: SignUp) -> None:
    alice = sign_up("alice")
    header = alice.cookie_header()
    alice.post("/accounts/logout/")
    async with alice.connect(additional_headers={"Cookie": header}) as socket:
        assert await socket.closed() == 4401


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "http://127.0.0.1:1", "https://127.0.0.1", "null", None]
)
async def test_another_origin_is_refused(sign_up: SignUp, origin: str | None) -> None:
    with pytest.raises(InvalidStatus) as refusal:
        async with sign_up("alice").connect(origin=origin):
            pass
    assert refusal.value.response.status_code == 403


async def test_another_path_is_refused(server: Server, sign_up: SignUp) -> None:
    alice = sign_up("alice")
    address = f"{server.url.replace('http', 'ws', 1)}/ws/other/"
    with pytest.raises(InvalidStatus) as refusal:
        async with alice.connect(uri=address):
            pass
    assert refusal.value.response.status_code == 403


async def test_a_client_that_does_not_name_the_protocol_is_too_old(sign_up: SignUp) -> None:
    async with sign_up("alice").connect(subprotocols=None) as socket:
        assert await socket.closed() == 4426


async def test_ping_is_answered_before_hello_and_nothing_else_is(sign_up: SignUp) -> None:
    async with sign_up("alice").connect() as socket:
        assert (await socket.call("ping"))["type"] == "ok"
        assert (await socket.call("users.get", ids=[1]))["code"] == "bad_request"


async def test_hello_comes_once(sign_up: SignUp) -> None:
    async with sign_up("alice").chat() as socket:
        assert (await socket.call("hello", client="again"))["code"] == "bad_request"


@pytest.mark.timeout(30)
async def test_a_client_that_says_nothing_is_sent_away(sign_up: SignUp) -> None:
    async with sign_up("alice").connect() as socket:
        socket.deadline = 15
        assert await socket.closed() == 4408


async def test_hello_of_somebody_else_ends_the_connection(sign_up: SignUp) -> None:
    alice = sign_up("alice")
    async with alice.chat() as socket:
        me = socket.welcome["me"]["user"]["id"]
    async with alice.connect() as socket:
        await socket.send("hello", client="tests", user=me + 1)
        assert await socket.closed() == 4401


async def test_a_frame_over_the_limit_gets_1009_and_costs_nobody_else(sign_up: SignUp) -> None:
    async with sign_up("bob").chat() as bob, sign_up("alice").chat() as alice:
        await alice.send_raw("x" * (MAX_FRAME_BYTES + 1))
        assert await alice.closed() == 1009
        assert await bob.say(bob.room("general"), "still here")


async def test_a_frame_just_under_the_limit_is_read(sign_up: SignUp) -> None:
    async with sign_up("alice").chat() as alice:
        body = "x" * (MAX_FRAME_BYTES - 300)
        answer = await alice.call(
            "message.send",
            room=alice.room("general"),
            client_id="00000000-0000-4000-8000-000000000001",
            body=body,
        )
        assert answer["code"] == "too_long"


async def test_text_that_is_no_utf8_ends_the_connection(sign_up: SignUp) -> None:
    async with sign_up("alice").chat() as alice:
        await alice.connection.send(b"\xff\xfe", text=True)
        assert await alice.closed() == 1007


async def test_a_frame_in_fragments_is_one_frame(sign_up: SignUp) -> None:
    async with sign_up("alice").connect() as socket:
        await socket.connection.send(['{"type":"pi', 'ng","id":', '"a"}'])
        assert (await socket.answer("a"))["type"] == "ok"


async def test_a_socket_that_dies_without_a_word_harms_nobody(sign_up: SignUp) -> None:
    alice, bob = sign_up("alice"), sign_up("bob")
    for _ in range(5):
        async with alice.connect() as socket:
            await socket.send("hello", client="tests")
            socket.connection.transport.abort()
    async with bob.chat() as survivor:
        assert await survivor.say(survivor.room("general"), "hello?")
