"""Who gets a socket, and how everybody else is turned away."""

import asyncio
import json
import secrets
from contextlib import AsyncExitStack

import pytest

from tests.client import Visitor
from tests.conformance import raw
from tests.server import Server, free_port


async def test_it_closes_4401_to_the_signed_out(server: Server) -> None:
    async with Visitor(server.url).connect() as socket:
        assert (await socket.event("bye"))["code"] == 4401
        assert await socket.closed() == 4401


@pytest.mark.parametrize("value", ["nonsense", "x" * 4000, '"a b;c\\054', "\xe9"])
async def test_it_closes_4401_to_a_made_up_session(server: Server, value: str) -> None:
    cookie = {"Cookie": f"sessionid={value}"}
    async with Visitor(server.url).connect(additional_headers=cookie) as socket:
        assert await socket.closed() == 4401


async def test_it_closes_4401_after_signing_out(server: Server) -> None:
    guest = Visitor(server.url)
    guest.sign_up(f"guest{secrets.token_hex(3)}")
    session = {"Cookie": f"sessionid={guest.cookie('sessionid')}"}
    guest.post("/accounts/logout/")
    async with guest.connect(additional_headers=session) as socket:
        assert await socket.closed() == 4401


async def test_it_answers_nothing_to_the_signed_out(server: Server) -> None:
    async with raw.upgrade(Visitor(server.url)) as socket:
        await socket.send(raw.frame(b'{"type":"ping","id":"1"}'))
        (_, bye), (opcode, _) = await socket.receive(), await socket.receive()
    assert json.loads(bye)["type"] == "bye"
    assert opcode == raw.CLOSE


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "http://127.0.0.1.evil.example",
        "http://evil.example/http://127.0.0.1",
    ],
)
async def test_it_refuses_another_origin(alice: Visitor, origin: str) -> None:
    assert await raw.status_of(alice, Origin=origin) == 403


@pytest.mark.parametrize("origin", ["null", "", "http://[", "http://127.0.0.1:99999", "\xff"])
async def test_it_refuses_what_is_no_origin(alice: Visitor, origin: str) -> None:
    assert await raw.status_of(alice, Origin=origin) in {400, 403}


async def test_it_refuses_another_port_of_the_same_host(alice: Visitor) -> None:
    assert await raw.status_of(alice, Origin=f"http://127.0.0.1:{free_port()}") == 403


async def test_it_refuses_another_scheme_of_the_same_host(alice: Visitor) -> None:
    assert await raw.status_of(alice, Origin=alice.site.replace("http", "https")) == 403


async def test_it_refuses_a_missing_origin(alice: Visitor) -> None:
    assert await raw.status_of(alice, Origin=None) == 403


@pytest.mark.parametrize("subprotocols", [None, ["chat.v0"], ["CHAT.V1"]])
async def test_it_closes_4426_to_a_client_of_another_version(
    alice: Visitor, subprotocols: list[str] | None
) -> None:
    async with alice.connect(subprotocols=subprotocols) as socket:
        assert (await socket.event("bye"))["code"] == 4426
        assert await socket.closed() == 4426


async def test_it_chooses_its_version_among_several(alice: Visitor) -> None:
    async with alice.connect(subprotocols=["chat.v2", "chat.v1"]) as socket:
        assert socket.connection.subprotocol == "chat.v1"
        assert await socket.hello()


@pytest.mark.parametrize("path", ["/", "/ws", "/ws/more/", "/nowhere/"])
async def test_it_refuses_a_socket_at_another_address(alice: Visitor, path: str) -> None:
    assert await raw.status_of(alice, path) in {301, 403, 404, 426}


@pytest.mark.parametrize("offered", ["chat.v1, \xff", "\xff", "%ff", ",", "chat.v1\t"])
async def test_it_passes_over_versions_that_make_no_sense(alice: Visitor, offered: str) -> None:
    assert await raw.status_of(alice, Sec_WebSocket_Protocol=offered) in {101, 400}


def test_a_page_request_to_the_sockets_address_is_not_found(server: Server) -> None:
    assert Visitor(server.url).get("/ws/").status == 404


async def test_many_who_come_at_once_are_all_welcome(alice: Visitor, bob: Visitor) -> None:
    """More than one turn takes: most of them wait at the door, and none for ever."""
    async with AsyncExitStack() as stack:
        chats = (stack.enter_async_context(who.chat()) for who in (alice, bob) * 15)
        sockets = await asyncio.gather(*chats)
        names = {socket.welcome["me"]["user"]["id"] for socket in sockets}
    assert len(names) == 2
