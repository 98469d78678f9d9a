"""Whose connection it is, told by a proxy's one trusted header, and how many they may have."""

import asyncio
from contextlib import AsyncExitStack, ExitStack

import pytest

from chatsite.daphne import addresses
from tests.client import Visitor
from tests.conformance import raw
from tests.server import Server
from tests.serving import logging, wire
from tests.serving.conftest import Serve


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("203.0.113.7:4711", "203.0.113.7"),
        ("2001:DB8::0:7", "2001:db8::7"),
        ("[2001:db8::7]", "2001:db8::7"),
        ("[2001:db8::7]:4711", "2001:db8::7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("203.0.113.7, 10.0.0.1", None),
        ("fe80::1%eth0", None),
        ("203.0.113.7:", None),
        ("203.0.113.256", None),
        ("[2001:db8::7", None),
        ("localhost", None),
        ("unknown", None),
        ("", None),
    ],
)
def test_an_address_is_read_as_proxies_write_it(text: str, address: str | None) -> None:
    assert addresses.parse(text) == address


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:0:1:2::7", "2001:db8:0:1::/64"),
        ("127.0.0.1", None),
        ("::1", None),
        (None, None),
    ],
)
def test_a_connection_counts_for_its_visitor(address: str | None, counted: str | None) -> None:
    assert addresses.counts_for(address) == counted


@pytest.mark.parametrize(
    ("headers", "address"),
    [
        (["X-Real-IP: 203.0.113.7"], "203.0.113.7"),
        (["x-real-ip:  [2001:DB8::7]:99 "], "2001:db8::7"),
        ([], "127.0.0.1"),
        (["X-Real-IP: nonsense"], "127.0.0.1"),
        (["X-Real-IP: 203.0.113.7, 203.0.113.8"], "127.0.0.1"),
        (["X-Real-IP: 203.0.113.7", "X-Real-IP: 203.0.113.8"], "127.0.0.1"),
        (["X-Real-IP: \xff"], "127.0.0.1"),
        (["X_Real_IP: 203.0.113.7"], "127.0.0.1"),
        (["X-Forwarded-For: 203.0.113.7"], "127.0.0.1"),
    ],
)
def test_the_trusted_header_says_whose_request_it_is(
    impatient: Server, headers: list[str], address: str
) -> None:
    lines = logging.lines_of(impatient)
    wire.ask(impatient, wire.request(impatient, "GET /session", *headers))
    assert lines.one(r"\d+\.\d+/1 (\S+) GET /session 200 ")[1] == address


def test_without_a_setting_no_header_is_trusted(serve: Serve) -> None:
    server = serve("--access-log")
    lines = logging.lines_of(server)
    wire.ask(server, wire.request(server, "GET /session", "X-Real-IP: 203.0.113.7"))
    assert lines.one(r"(\S+) GET /session ")[1] == "127.0.0.1"


async def test_it_says_whose_socket_it_is(impatient: Server) -> None:
    visitor = Visitor(impatient.url)
    lines = logging.lines_of(impatient)
    await raw.status_of(visitor, X_Real_IP="203.0.113.7")
    line = await asyncio.to_thread(lines.one, r"(\S+) SOCKET /ws/ ")
    assert line[1] == "203.0.113.7"


def test_allauths_limits_are_of_that_address(serve: Serve) -> None:
    """It lets an address try twenty times a minute to sign up."""
    server = serve(RATE_LIMITS="true", CLIENT_IP_HEADER="X-Real-IP")
    statuses = [sign_up(server, "203.0.113.7") for _ in range(21)]
    assert (statuses[0], statuses[-1]) == (200, 429)
    assert sign_up(server, "203.0.113.8") == 200


def sign_up(server: Server, address: str) -> int:
    """An empty form, which costs nothing and is tried all the same."""
    token = "a" * 32
    body = f"csrfmiddlewaretoken={token}".encode()
    head = wire.request(
        server,
        "POST /accounts/signup/",
        f"X-Real-IP: {address}",
        f"Cookie: csrftoken={token}",
        "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {len(body)}",
    )
    return wire.ask(server, head + body).status


def test_connections_of_one_address_are_bounded(impatient: Server) -> None:
    """A slow body is a connection of its visitor's as soon as its head has come."""
    with ExitStack() as crowd:
        for _ in range(5):
            connection = crowd.enter_context(wire.connect(impatient))
            connection.sendall(slow_body(impatient, "203.0.113.9"))
        reply = wire.ask(impatient, slow_body(impatient, "203.0.113.9"))
        assert (reply.status, b"Retry-After" in reply.raw) == (429, True)
        assert wire.ask(impatient, named(impatient, "203.0.113.10")).status == 200


def test_who_has_left_counts_no_more(impatient: Server) -> None:
    for _ in range(12):
        assert wire.ask(impatient, named(impatient, "203.0.113.11")).status == 200


def test_a_proxys_connection_counts_for_nobody_between_requests(impatient: Server) -> None:
    head = named(impatient, "203.0.113.12").replace(b"Connection: close\r\n", b"")
    with ExitStack() as pool:
        for _ in range(12):
            connection = pool.enter_context(wire.connect(impatient))
            connection.sendall(head)
            assert connection.recv(65536).startswith(b"HTTP/1.1 200 ")


async def test_sockets_of_one_address_are_bounded(impatient: Server) -> None:
    visitor = Visitor(impatient.url)
    async with AsyncExitStack() as open_ones:
        for _ in range(8):
            socket = await open_ones.enter_async_context(raw.dial(visitor))
            await socket.send(raw.handshake(visitor, X_Real_IP="2001:db8::1"))
            assert b" 101 " in await socket.reader.readline()
        assert await raw.status_of(visitor, X_Real_IP="2001:db8::2") == 429
        assert await raw.status_of(visitor, X_Real_IP="2001:db8:1::1") == 101


def slow_body(server: Server, address: str) -> bytes:
    return wire.request(server, "POST /", "Content-Length: 9", f"X-Real-IP: {address}")


def named(server: Server, address: str) -> bytes:
    return wire.request(server, "GET /healthz", f"X-Real-IP: {address}")
