"""What is no proper request: one short answer, nothing in the log but a line at most."""

import pytest

from tests.client import Visitor
from tests.server import Server
from tests.serving import wire


@pytest.mark.parametrize(
    "garbage",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",  # TLS, at a plain port
        b"GET\r\n\r\n",
        b"GET /\r\n\r\n",
        b"GET  / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET / HTTP/1.1 \r\n\r\n",
        b"G\xe4T / HTTP/1.1\r\n\r\n",
        b"get / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        b"\r\n\r\n\r\n",
        b"\x00" * 100 + b"\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"GET / HTTP/1.1\r\nno colon\r\n\r\n",
        b"GET / HTTP/1.1\r\n: nameless\r\n\r\n",
        b"GET / HTTP/1.1\r\nX\x00: nul\r\n\r\n",
        b"GET / HTTP/1.1\r\nX: a\x00b\r\n\r\n",
        b"GET / HTTP/1.1\r\nX y: blank\r\n\r\n",
    ],
)
def test_garbage_is_a_bad_request(server: Server, garbage: bytes) -> None:
    reply = wire.ask(server, garbage)
    assert (reply.status, reply.is_short_and_final) == (400, True)


@pytest.mark.parametrize(
    "target",
    [
        "/%00",
        "/rooms/%ED%A0%80/",  # a surrogate
        "/rooms/%ff/",
        "/rooms/%/",
        "/rooms/%zz/",
        "/rooms/%e6%9/",
        "/rooms/\xe9/",
        "/?invite=%00",
        "/?\xff",
        "rooms",
        "*",
        "http://127.0.0.1/",
        "//\xff",
    ],
)
def test_an_address_that_is_none_is_a_bad_request(server: Server, target: str) -> None:
    reply = wire.ask(server, wire.request(server, f"GET {target}"))
    assert (reply.status, reply.is_short_and_final) == (400, True)


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "127.0.0.1.evil.example",
        "",
        "127.0.0.1:port",
        "a@127.0.0.1",
        "\xff",
        "[::1",
        "127.0.0.1\x85",
    ],
)
def test_another_host_is_a_bad_request(server: Server, host: str) -> None:
    reply = wire.ask(server, wire.request(server, host=host))
    assert (reply.status, reply.is_short_and_final) == (400, True)


def test_a_missing_host_is_a_bad_request(server: Server) -> None:
    assert wire.ask(server, b"GET /healthz HTTP/1.1\r\n\r\n").status == 400


def test_two_hosts_are_a_bad_request(server: Server) -> None:
    assert (
        wire.ask(server, wire.request(server, "GET /healthz", "Host: evil.example")).status == 400
    )


@pytest.mark.parametrize(
    "headers",
    [
        ("Content-Length: -1",),
        ("Content-Length: +5",),
        ("Content-Length: 0x10",),
        ("Content-Length: ",),
        ("Content-Length: 5, 5",),
        ("Content-Length: 5", "Content-Length: 6"),
        ("Content-Length: 5", "Transfer-Encoding: chunked"),
        ("Transfer-Encoding: gzip, chunked",),
        ("Transfer-Encoding: chunked", "Transfer-Encoding: chunked"),
        ("Transfer-Encoding: nonsense",),
    ],
)
def test_a_length_that_is_none_is_a_bad_request(server: Server, headers: tuple[str, ...]) -> None:
    head = wire.request(server, "POST /accounts/login/", *headers)
    assert wire.ask(server, head, b"hello").status == 400


@pytest.mark.parametrize("chunk", [b"zz\r\n", b"-1\r\n", b"5\r\nhelloXX", b"5" * 2000, b"\xff\r\n"])
def test_a_chunk_that_is_none_is_a_bad_request(server: Server, chunk: bytes) -> None:
    head = wire.request(server, "POST /accounts/login/", "Transfer-Encoding: chunked")
    assert wire.ask(server, head, chunk).status == 400


@pytest.mark.parametrize("value", ["caf\xe9", "\xe4\xbd\xa0", "a" * 8000, "Basic \xff\xfe"])
def test_odd_header_values_do_no_harm(server: Server, value: str) -> None:
    for name in ("Cookie", "Accept-Language", "Authorization", "User-Agent", "Referer"):
        reply = wire.ask(server, wire.request(server, "GET /accounts/login/", f"{name}: {value}"))
        assert reply.status == 200


def test_nobody_moves_the_site_to_another_path(server: Server) -> None:
    """Daphne takes this header for a proxy's word, whoever sends it."""
    head = wire.request(server, "GET /", "Daphne-Root-Path: /evil")
    assert b"/evil" not in wire.ask(server, head).raw


def test_nobody_claims_https_or_an_address(server: Server) -> None:
    page = Visitor(server.url).get("/healthz")
    assert page.status == 200
    head = wire.request(server, "GET /healthz", "X-Forwarded-For: nonsense", "X-Forwarded-Port: x")
    assert wire.ask(server, head).status == 200


def test_pipelined_requests_are_answered_in_order(server: Server) -> None:
    first = wire.request(server).replace(b"Connection: close\r\n", b"")
    reply = wire.ask(server, first + wire.request(server, "GET /nowhere"))
    assert reply.raw.index(b" 200 OK") < reply.raw.index(b" 404 ")


def test_a_request_byte_by_byte_is_a_request(server: Server) -> None:
    assert wire.ask(server, *(bytes([byte]) for byte in wire.request(server))).status == 200


@pytest.mark.parametrize(
    "kind",
    [
        "application/x-www-form-urlencoded; charset=idna",
        "application/x-www-form-urlencoded; charset=utf-16",
        "multipart/form-data; boundary=a; charset=undefined",
        "multipart/form-data; boundary*=idna''%0a",
        "multipart/form-data; boundary*=undefined''a",
    ],
)
def test_another_encoding_than_utf_8_is_a_bad_request(server: Server, kind: str) -> None:
    token = "a" * 32
    body = f"csrfmiddlewaretoken={token}&login=%ff"
    headers = [
        f"Content-Type: {kind}",
        f"Content-Length: {len(body)}",
        f"Cookie: csrftoken={token}",
    ]
    with server.without_complaints():
        head = wire.request(server, "POST /accounts/login/", *headers)
        reply = wire.ask(server, head, body.encode())
    assert (reply.status, reply.is_short_and_final) == (400, True)


def test_a_form_that_says_it_is_utf_8_is_read(server: Server) -> None:
    kind = 'Content-Type: application/x-www-form-urlencoded; charset="UTF-8"'
    reply = wire.ask(
        server, wire.request(server, "POST /accounts/login/", kind, "Content-Length: 0")
    )
    assert reply.status == 403  # by Django: it has no token
