"""The end of a process: everybody hears of it, nothing is lost, and it comes whatever hangs."""

import asyncio
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from socket import create_connection

import pytest

from accounts import post
from chat.protocol import codes
from chat.protocol.limits import RESTART_SPREAD_MS
from chatsite.daphne import ending
from tests.client import Visitor
from tests.conformance import raw
from tests.server import Server
from tests.serving import application, wire
from tests.serving.conftest import NewLine, Serve
from tests.serving.talk import Talk, stored

SECONDS = 10

HANGS = """
async def application(scope, receive, send):
    print("asked", flush=True)
    while True:
        try:
            {hang}
        except asyncio.CancelledError:
            pass
"""

LOOKS = """
from chatsite.monitoring import parts

async def hang():
    try:
        await asyncio.Event().wait()
    finally:
        print("ended", flush=True)

async def application(scope, receive, send):
    print(await parts.parts.failing(), flush=True)
    await send({"type": "http.response.start", "status": 503})
    await send({"type": "http.response.body"})

parts.PARTS = {"disk": hang}
parts.PART_SECONDS = 0.01
"""


@pytest.fixture
async def alice(server: Server) -> Visitor:
    visitor = Visitor(server.url)
    await asyncio.to_thread(visitor.sign_up, f"alice{time.monotonic_ns():x}")
    return visitor


def at(server: Server, visitor: Visitor) -> Visitor:
    """The same visitor, at another process over the same data."""
    return Visitor(server.url, visitor.cookies)


async def ended(server: Server) -> int:
    return await asyncio.to_thread(server.ended, SECONDS)


async def test_every_socket_is_told_when_to_come_back(serve: Serve, alice: Visitor) -> None:
    server = serve()
    async with at(server, alice).chat() as first, at(server, alice).connect() as second:
        server.send_signal(signal.SIGTERM)
        for socket in (first, second):
            bye = await socket.event("bye")
            assert (bye["code"], bye["retry_after"]) == (1012, RESTART_SPREAD_MS)
            assert await socket.closed() == 1012
    assert await ended(server) == 0


async def test_a_request_under_way_gets_its_answer(serve: Serve) -> None:
    server = serve()
    head = wire.request(server, "POST /accounts/login/", "Content-Length: 2")
    with wire.connect(server) as connection:
        connection.sendall(head + b"a")
        server.send_signal(signal.SIGTERM)
        await until_it_listens_no_more(server.port)
        connection.sendall(b"b")
        assert wire.read(connection).status == 403
    assert await ended(server) == 0


async def test_who_knocked_before_is_let_in_and_told(serve: Serve, alice: Visitor) -> None:
    server = serve()
    handshake = raw.handshake(at(server, alice))
    async with raw.dial(at(server, alice)) as socket:
        await socket.send(handshake[:20])
        server.send_signal(signal.SIGTERM)
        await until_it_listens_no_more(server.port)
        await socket.send(handshake[20:])
        assert b" 101 " in await socket.reader.readuntil(b"\r\n\r\n")
        assert await socket.close_code() == 1012
    assert await ended(server) == 0


async def test_a_kept_connection_does_not_keep_it(serve: Serve) -> None:
    server = serve()
    with wire.connect(server) as connection:
        connection.sendall(wire.request(server).replace(b"Connection: close\r\n", b""))
        assert connection.recv(65536).startswith(b"HTTP/1.1 200 ")
        server.send_signal(signal.SIGTERM)
        assert connection.recv(65536) == b""
    assert await ended(server) == 0


async def test_a_reader_that_hangs_does_not_keep_it(serve: Serve, alice: Visitor) -> None:
    server = serve()
    async with raw.upgrade(at(server, alice)) as socket:
        socket.stop_reading()
        server.send_signal(signal.SIGTERM)
        assert await ended(server) == 0


async def test_a_database_that_hangs_does_not_keep_it(serve: Serve, alice: Visitor) -> None:
    server = serve()
    async with at(server, alice).chat() as socket:
        with sqlite3.connect(server.var_dir / "chat.sqlite3", isolation_level=None) as other:
            other.execute("BEGIN IMMEDIATE")
            message = {"client_id": "6f0c1f0e-0000-4000-8000-000000000001", "body": "hi"}
            await socket.send("message.send", room=socket.room("general"), **message)
            await socket.ok("ping")
            server.send_signal(signal.SIGTERM)
            assert await socket.closed() == 1012
            assert await ended(server) == 0
            other.execute("ROLLBACK")
        other.close()


def test_its_steps_fit_into_its_time() -> None:
    steps = [
        ending.WRITER_SECONDS,
        ending.POINTERS_SECONDS,
        ending.FAREWELL_SECONDS,
        2 * ending.CANCEL_SECONDS,
    ]
    longest = ending.REQUEST_SECONDS + max(sum(steps), post.CLOSE_SECONDS)
    assert longest < ending.LAST_MOMENT_SECONDS < SECONDS


async def test_a_step_that_fails_keeps_none_of_those_after_it(
    new_line: NewLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    line, done = new_line().open(), []

    async def close_pointers(self: ending.Ending) -> None:
        done.append("pointers")

    async def close_parts(self: ending.Ending) -> None:
        done.append("parts")

    monkeypatch.setattr(ending, "writer", None)
    monkeypatch.setattr(ending.Ending, "_close_pointers", close_pointers)
    monkeypatch.setattr(ending.Ending, "_close_parts", close_parts)
    monkeypatch.setattr("chatsite.daphne.ending.reactor.stop", lambda: done.append("reactor"))
    await ending.Ending(line.house, asyncio.get_running_loop())._end()
    line.flush()
    assert line.read().endswith(codes.CLOSE_RESTARTING.to_bytes(2))
    assert done == ["pointers", "parts", "reactor"]


@pytest.mark.parametrize(
    "hang", ["await asyncio.sleep(60)", "time.sleep(60)", "await asyncio.to_thread(time.sleep, 60)"]
)
def test_an_application_that_hangs_does_not_keep_it(hang: str) -> None:
    with stubborn(hang) as process:
        process.terminate()
        assert process.wait(SECONDS) == 0


def test_a_look_at_a_part_that_hangs_ends_with_it() -> None:
    with application.asked(LOOKS) as (process, _):
        assert application.says(process, "['disk: no answer in 0.01 s']")
        process.terminate()
        assert application.says(process, "ended")
        assert process.wait(SECONDS) == 0


@pytest.mark.parametrize(("sign", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
async def test_a_second_signal_ends_it_at_once(sign: signal.Signals, code: int) -> None:
    never = "ending.LAST_MOMENT_SECONDS = ending.REQUEST_SECONDS = 60.0\n"
    with application.asked(never + HANGS.format(hang="await asyncio.sleep(60)")) as (process, line):
        assert application.says(process, "asked")
        process.terminate()
        await until_it_listens_no_more(line.getpeername()[1])  # two that are pending may be one
        process.send_signal(sign)
        assert process.wait(SECONDS) == code


@pytest.mark.parametrize("end", [Server.interrupt, Server.terminate])
async def test_what_was_acknowledged_under_load_is_there(
    serve: Serve, alice: Visitor, end: Callable[[Server], int]
) -> None:
    server = serve()
    talk = Talk(at(server, alice))
    people = [asyncio.create_task(talk.go_on()) for _ in range(5)]
    await talk.until_said(50)
    talk.is_over_at_goodbye = True
    assert await asyncio.to_thread(end, server) == 0
    await asyncio.gather(*people)
    assert talk.goodbyes == 5
    assert talk.acknowledged <= stored(server)


async def until_it_listens_no_more(port: int) -> None:
    async with asyncio.timeout(SECONDS):
        while True:
            try:
                create_connection(("127.0.0.1", port)).close()
            except ConnectionRefusedError:
                return
            await asyncio.sleep(0.02)


@contextmanager
def stubborn(hang: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process that was asked something which it will never answer."""
    with application.asked(HANGS.format(hang=hang)) as (process, _):
        assert application.says(process, "asked")
        yield process
