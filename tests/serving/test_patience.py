"""Who is slow: waited for, but not for long, and at nobody else's cost."""

import asyncio
import select
import socket
import time
from contextlib import ExitStack

import pytest
from channels.testing import HttpCommunicator

from chatsite.routing import application as pages
from tests.client import Visitor
from tests.conformance import raw
from tests.server import Server
from tests.serving import application, wire


def drip(connection: socket.socket, data: bytes, *, pause: float) -> None:
    """A byte at a time, until it is all sent or the server has something to say."""
    for byte in data:
        connection.sendall(bytes([byte]))
        if select.select([connection], [], [], pause)[0]:
            return


def test_a_head_that_drips_is_not_waited_for(impatient: Server) -> None:
    with wire.connect(impatient) as connection:
        drip(connection, wire.request(impatient, "GET /" + "a" * 500), pause=0.05)
        assert wire.read(connection).status == 408  # whole, it would be answered with 404


def test_a_connection_that_asks_nothing_is_closed_without_a_word(impatient: Server) -> None:
    with wire.connect(impatient) as connection:
        assert wire.read(connection).raw == b""


def test_a_body_that_stops_is_not_waited_for(impatient: Server) -> None:
    head = wire.request(impatient, "POST /accounts/login/", "Content-Length: 1000")
    assert wire.ask(impatient, head, b"a").status == 408


def test_a_body_that_drips_is_not_waited_for(impatient: Server) -> None:
    head = wire.request(impatient, "POST /accounts/login/", "Transfer-Encoding: chunked")
    with wire.connect(impatient) as connection:
        connection.sendall(head)
        drip(connection, b"1\r\na\r\n" * 50, pause=0.02)
        assert wire.read(connection).status == 408


def test_a_body_that_comes_steadily_is_waited_for(impatient: Server) -> None:
    """For longer than one span of patience."""
    head = wire.request(impatient, "POST /accounts/login/", "Content-Length: 24000")
    with wire.connect(impatient) as connection:
        connection.sendall(head)
        for _ in range(24):
            connection.sendall(b"a" * 1000)
            time.sleep(0.1)
        assert wire.read(connection).status == 403


def test_an_idle_connection_is_closed_after_its_answer(impatient: Server) -> None:
    head = wire.request(impatient).replace(b"Connection: close\r\n", b"")
    reply = wire.ask(impatient, head)
    assert (reply.status, reply.raw.count(b"HTTP/1.1")) == (200, 1)


def test_a_connection_is_kept_for_the_next_request(impatient: Server) -> None:
    head = wire.request(impatient).replace(b"Connection: close\r\n", b"")
    with wire.connect(impatient) as connection:
        for _ in range(3):
            connection.sendall(head)
            assert connection.recv(65536).startswith(b"HTTP/1.1 200 ")


def test_a_slow_reader_gets_all_of_its_answer(server: Server) -> None:
    """More than fits into the buffers on the way, so that the server has to wait for it."""
    with wire.connect(server) as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 32768)
        connection.sendall(wire.request(server, "GET /static/admin/js/vendor/jquery/jquery.js"))
        time.sleep(0.2)
        reply = wire.read(connection)
    head, _, body = reply.raw.partition(b"\r\n\r\n")
    assert f"Content-Length: {len(body)}".lower().encode() in head.lower()
    assert len(body) > 200_000


ENDLESS = """
async def application(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": []})
    sent = 0
    while True:
        sent += 1
        piece = {"type": "http.response.body", "body": bytes(65536), "more_body": True}
        waiting = asyncio.create_task(send(piece))
        await asyncio.wait([waiting], timeout=0.5)
        if not waiting.done():
            print("waits" if sent < 1000 else "does not wait", flush=True)
            await waiting
            print("goes on", flush=True)
            return
"""


def test_an_answer_that_nobody_reads_is_waited_with_and_given_up() -> None:
    """It does not pile up in memory, and neither application nor connection is kept."""
    with application.asked(ENDLESS) as (process, connection):
        assert application.says(process, "waits")
        assert application.says(process, "goes on")
        with pytest.raises(ConnectionResetError):
            wire.read(connection)


ALL_AT_ONCE = """
async def application(scope, receive, send):
    [visit] = server.visits.all
    print("unsent" if visit.guest._unsent() > 1_000_000 else "all sent", flush=True)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": bytes(32_000_000)})
    print("left", flush=True)
"""


def test_an_application_that_has_said_all_waits_for_no_reader_but_the_next_request_does() -> None:
    with application.asked(ALL_AT_ONCE) as (process, connection):
        connection.sendall(b"GET / HTTP/1.1\r\nHost: testserver\r\n\r\n")
        assert application.says(process, "all sent")
        assert application.says(process, "left")
        read = 0
        while read < 32_000_000:
            read += connection.recv(65536).count(b"\0")
        assert application.says(process, "all sent")


@pytest.mark.django_db(transaction=True)
async def test_a_page_is_handed_over_in_one_piece() -> None:
    """Else sixteen who read none of it would have all the connections of the database's pool."""
    address = f"/accounts/signup/?invite={'a' * 200_000}"
    page = HttpCommunicator(pages, "GET", address, headers=[(b"host", b"testserver")])
    await page.send_input({"type": "http.request"})
    start, body = await page.receive_output(5), await page.receive_output(5)
    assert (start["status"], body["more_body"]) == (200, False)
    await page.wait()


@pytest.mark.parametrize("begun", [b"", b"GET /ws/ HTTP/1.1\r\nUpgrade: webso"])
async def test_a_crowd_of_slow_ones_costs_others_nothing(server: Server, begun: bytes) -> None:
    visitor = Visitor(server.url)
    visitor.sign_up(f"patient{server.port}{len(begun)}")
    with ExitStack() as crowd:
        for _ in range(500):
            crowd.enter_context(wire.connect(server)).sendall(begun)
        async with visitor.chat() as socket:
            await socket.say(socket.room("general"), "Here I am")


def test_a_crowd_of_slow_ones_gives_way(impatient: Server) -> None:
    """The oldest goes where there are too many; who gets on with it comes in."""
    with ExitStack() as crowd:
        slow = [crowd.enter_context(wire.connect(impatient)) for _ in range(31)]
        with pytest.raises(ConnectionResetError):
            slow[0].recv(1)
        assert wire.ask(impatient, wire.request(impatient)).status == 200


async def test_a_handshake_in_pieces_is_a_handshake(server: Server) -> None:
    guest = Visitor(server.url)
    async with raw.dial(guest) as socket:
        for byte in raw.handshake(guest):
            await socket.send(bytes([byte]))
        assert b" 101 " in await asyncio.wait_for(socket.reader.readline(), 5)
