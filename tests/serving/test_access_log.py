"""A line for each request and socket that ended, and nothing in it that opens a door."""

import asyncio

import pytest

from chatsite.daphne import access_log
from tests.client import Visitor
from tests.conformance import raw
from tests.server import Server
from tests.serving import logging, wire


def test_a_request_is_a_line(impatient: Server) -> None:
    lines = logging.lines_of(impatient)
    Visitor(impatient.url).get("/accounts/login/?next=/secret/")
    line = lines.one(r"\d+\.\d+/1 127\.0\.0\.1 GET /accounts/login/ 200 (\d+) bytes \d+ ms\n")
    assert int(line[1]) > 1000
    assert "secret" not in lines.text


async def test_a_socket_is_a_line_when_it_has_ended(impatient: Server) -> None:
    lines = logging.lines_of(impatient)
    async with Visitor(impatient.url).connect() as socket:
        assert await socket.closed() == 4401
    await asyncio.to_thread(lines.one, r"\d+\.\d+ 127\.0\.0\.1 SOCKET /ws/ 4401 \d+\.\d s\n")


async def test_a_socket_that_was_cut_off_is_a_line(impatient: Server) -> None:
    lines = logging.lines_of(impatient)
    visitor = Visitor(impatient.url)
    visitor.sign_up(f"cut{impatient.port}")
    async with raw.upgrade(visitor) as socket:
        socket.reset()
    await asyncio.to_thread(lines.one, r" SOCKET /ws/ 1006 ")


@pytest.mark.parametrize(
    ("request_", "line"),
    [
        (b"nonsense\r\n\r\n", r" - - 400\n"),
        (b"GET /ws/?secret HTTP/1.1\r\n\r\n", r" GET /ws/ 400\n"),
        (b"POST /x?secret HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n", r" POST /x 413\n"),
        (b"GET /\x9bsecret\x07 HTTP/1.1\r\n\r\n", r" - - 400\n"),
    ],
)
def test_what_was_refused_is_a_line(impatient: Server, request_: bytes, line: str) -> None:
    lines = logging.lines_of(impatient)
    wire.ask(impatient, request_)
    lines.one(line)
    assert "secret" not in lines.text


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        (b"/accounts/setup/s3cret:x/?a=b", "/accounts/setup/…/"),
        (b"/accounts/password/reset/key/1-s3cret/", "/accounts/password/reset/key/…/"),
        (b"/accounts/password/reset/key/1-s3cret/more/", "/accounts/password/reset/key/…/more/"),
        (b"/invite/s3cret/", "/invite/…/"),
        (b"/accounts/%73etup/s3cret/", "/accounts/setup/…/"),
        (b"/accounts/password/reset/key/done/", "/accounts/password/reset/key/done/"),
        (b"/rooms/%e4%bd%a0/?s3cret", "/rooms/%e4%bd%a0/"),
        (b"/a\x1b[31m\nb", "/a?[31m?b"),
    ],
)
def test_what_opens_a_door_is_cut(path: bytes, shown: str) -> None:
    assert access_log.shown(path) == shown


def test_it_is_off_unless_asked_for(server: Server) -> None:
    lines = logging.lines_of(server)
    Visitor(server.url).get("/session")
    assert "/session" not in lines.text


def test_what_watches_is_told_of_only_when_it_was_refused(impatient: Server) -> None:
    lines = logging.lines_of(impatient)
    visitor = Visitor(impatient.url)
    visitor.get("/healthz")
    visitor.fetch("/healthz", method="POST")
    lines.one(r" POST /healthz 405 ")
    assert " GET /healthz " not in lines.text
