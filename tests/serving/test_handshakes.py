"""Handshakes that are none: an answer in the four hundreds, and the server is as well as before."""

import asyncio

import pytest

from tests.client import Visitor
from tests.conformance import raw
from tests.server import Server
from tests.serving import wire


@pytest.fixture
def guest(server: Server) -> Visitor:
    return Visitor(server.url)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec_WebSocket_Key": None}, 400),
        ({"Sec_WebSocket_Key": ""}, 400),
        ({"Sec_WebSocket_Key": "c2hvcnQ="}, 400),
        ({"Sec_WebSocket_Key": "?" * 22 + "=="}, 400),
        ({"Sec_WebSocket_Key": "\xff" * 24}, 400),
        ({"Sec_WebSocket_Version": None}, 426),
        ({"Sec_WebSocket_Version": "12"}, 426),
        ({"Sec_WebSocket_Version": "8"}, 426),
        ({"Sec_WebSocket_Version": "13, 13"}, 426),
        ({"Sec_WebSocket_Version": "thirteen"}, 426),
        ({"Upgrade": None}, 426),
        ({"Upgrade": "h2c"}, 426),
        ({"Upgrade": "\xff"}, 426),
        ({"Connection": None}, 400),
        ({"Connection": "keep-alive"}, 400),
        ({"Host": None}, 400),
        ({"Host": "evil.example"}, 400),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://127.0.0.1:0"}, 400),
        ({"Origin": "http://[::1"}, 400),
        ({"Sec_WebSocket_Protocol": "chat.v1, \xe9"}, 400),
        ({"Sec_WebSocket_Protocol": "a" * 5000}, 400),
        ({"Sec_WebSocket_Protocol": "chat.v1, chat.v1"}, 400),
        ({"Cookie": "a" * 100_000}, 431),
        ({"Content_Length": "5"}, 400),
        ({"Content_Length": "nonsense"}, 400),
        ({"Transfer_Encoding": "nonsense"}, 400),
    ],
)
async def test_a_broken_handshake_is_refused(
    guest: Visitor, headers: dict[str, str | None], status: int
) -> None:
    request = raw.handshake(guest, "/ws/", **headers)
    if "Content_Length" in headers:
        request += b"hello"
    async with raw.dial(guest) as socket:
        await socket.send(request)
        assert wire.reply(await socket.reader.read()).status == status


@pytest.mark.parametrize("line", ["get /ws/ HTTP/1.1", "POST /ws/ HTTP/1.1", "GET /ws/ HTTP/1.0"])
def test_another_method_or_version_is_refused(server: Server, guest: Visitor, line: str) -> None:
    request = raw.handshake(guest).replace(b"GET /ws/ HTTP/1.1", line.encode())
    assert wire.ask(server, request).status == 400


@pytest.mark.parametrize("target", ["/ws/#part", "/ws/%", "/ws/%00", "/ws/?\xff", "ws://x/ws/"])
def test_another_address_is_refused(server: Server, guest: Visitor, target: str) -> None:
    assert wire.ask(server, raw.handshake(guest, target)).status in {400, 403}


@pytest.mark.parametrize(
    "extensions",
    [
        "permessage-deflate; server_max_window_bits=99",
        "permessage-deflate; client_max_window_bits=x; ;;=",
        "permessage-deflate, permessage-deflate; nonsense",
        ';"',
        "=",
        'x; y="',
        ", ,",
    ],
)
async def test_odd_extensions_do_no_harm(guest: Visitor, extensions: str) -> None:
    status = await raw.status_of(guest, Sec_WebSocket_Extensions=extensions)
    assert status in {101, 400}


async def test_a_version_that_is_spelt_in_escapes_is_another_one(
    server: Server, guest: Visitor
) -> None:
    """Daphne undoes escapes and Autobahn does not: the answer named what the request had not."""
    with server.without_complaints():
        async with raw.dial(guest) as socket:
            await socket.send(raw.handshake(guest, Sec_WebSocket_Protocol="chat%2Ev1"))
            head = await asyncio.wait_for(socket.reader.readuntil(b"\r\n\r\n"), 5)
            assert b" 101 " in head
            assert b"sec-websocket-protocol" not in head.lower()
            assert await socket.close_code() == 4401


async def test_several_words_in_upgrade_and_connection_are_read(guest: Visitor) -> None:
    words = {"Upgrade": "foo, WebSocket", "Connection": "keep-alive, UPGRADE"}
    assert await raw.status_of(guest, **words) == 101


async def test_what_comes_with_the_handshake_waits_for_its_end(server: Server) -> None:
    alice = Visitor(server.url)
    alice.sign_up(f"early{server.port}")
    async with raw.dial(alice) as socket:
        ping = raw.frame(b'{"type":"ping","id":"1"}')
        await socket.send(raw.handshake(alice) + ping)
        await socket.reader.readuntil(b"\r\n\r\n")
        assert (await socket.json(lambda told: told.get("id") == "1"))["type"] == "ok"


async def test_a_second_handshake_is_no_handshake(guest: Visitor) -> None:
    async with raw.dial(guest) as socket:
        await socket.send(raw.handshake(guest) + raw.handshake(guest))
        answer = await socket.reader.read()
    assert answer.count(b"HTTP/1.1 ") == 1


@pytest.mark.parametrize("share", [1, 20, 100, -1, None])
async def test_a_client_may_vanish_at_any_point(guest: Visitor, share: int | None) -> None:
    for _ in range(10):
        async with raw.dial(guest) as socket:
            await socket.send(raw.handshake(guest)[:share])
            socket.reset()
    assert await asyncio.to_thread(lambda: guest.get("/healthz").status) == 200


@pytest.mark.parametrize("path", ["/accounts/login/", "/static/css/tokens.css"])
def test_a_visitor_may_vanish_before_the_answer(server: Server, path: str) -> None:
    for _ in range(10):
        with wire.connect(server) as connection:
            connection.sendall(wire.request(server, f"GET {path}"))
    assert Visitor(server.url).get("/healthz").status == 200
