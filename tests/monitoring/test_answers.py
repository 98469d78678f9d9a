"""What anybody may ask, and what only who has the token."""

from collections.abc import Callable
from contextlib import ExitStack
from socket import create_connection

import pytest
from pytest_django import Settings

from chatsite.daphne import turns
from tests.client import Visitor
from tests.monitoring import exposition
from tests.monitoring.asking import ask
from tests.monitoring.exposition import figures_of
from tests.server import Server
from tests.serving import wire
from tests.serving.application import asked

TOKEN = "0123456789abcdef"


@pytest.fixture
def token(settings: Settings) -> None:
    settings.METRICS_TOKEN = TOKEN


async def test_the_process_says_that_it_lives() -> None:
    answer = await ask("/healthz")
    assert (answer.status, answer.text, answer.headers["cache-control"]) == (
        200,
        "ok\n",
        "no-store",
    )


async def test_a_head_is_answered_without_a_body() -> None:
    answer = await ask("/healthz", method="HEAD")
    assert (answer.status, answer.headers["content-length"], answer.text) == (200, "3", "")


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
async def test_nothing_can_be_done_there(path: str) -> None:
    answer = await ask(path, method="POST")
    assert (answer.status, answer.headers["allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize("path", ["/", "/healthz/", "/metrics/x"])
async def test_everything_else_is_the_sites(path: str) -> None:
    assert (await ask(path)).text == "the site"


async def test_without_a_token_set_there_are_no_figures(settings: Settings) -> None:
    settings.METRICS_TOKEN = ""
    assert (await ask("/metrics", authorization="Bearer ")).status == 404


@pytest.mark.parametrize(
    "said", ["", TOKEN, "Bearer", "Bearer ", f"Bearer {TOKEN}x", f"Basic {TOKEN}", "Bearer é"]
)
@pytest.mark.usefixtures("token")
async def test_without_the_token_there_are_none_to_see(said: str) -> None:
    answer = await ask("/metrics", authorization=said)
    assert (answer.status, answer.headers["www-authenticate"]) == (401, "Bearer")
    assert "chat_" not in answer.text


@pytest.mark.usefixtures("token")
async def test_with_the_token_there_are() -> None:
    answer = await ask("/metrics", authorization=f"bearer {TOKEN}")
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert exposition.read(answer.text)["chat_sockets"].kind == "gauge"


async def test_the_figures_move_with_what_is_done(
    server: Server, sign_up: Callable[[str], Visitor]
) -> None:
    alice, bob = sign_up("alice"), sign_up("bob")
    before = figures_of(server)
    async with alice.chat() as sender, bob.chat() as reader:
        room = sender.room("general")
        for _ in range(3):
            await sender.say(room, "hello")
            await reader.event("message", room=room)
        meanwhile = figures_of(server)
    assert meanwhile.value("chat_sockets") >= 2
    assert meanwhile.value("chat_people") >= 2
    for name, label, least in [
        ("chat_sends_total", "stored", 3),
        ("chat_deliveries_total", "", 6),
        ("chat_answers_total", "200", 1),
    ]:
        assert meanwhile.value(name, label) - before.value(name, label) >= least, name
    for name in ("chat_send_seconds", "chat_batch_messages", "chat_flush_events"):
        assert meanwhile.count(name) - before.count(name) >= 3, name
    assert meanwhile.value("chat_database_up") == meanwhile.value("chat_layer_up") == 1
    assert meanwhile.count("chat_loop_lag_seconds") >= before.count("chat_loop_lag_seconds") > 0


def test_a_server_is_ready_and_sets_no_cookie(server: Server) -> None:
    reply = Visitor(server.url).fetch("/readyz")
    assert (reply.status, reply.content) == (200, b"ok\n")
    assert "set-cookie" not in reply.headers


HANGING = """
from chatsite.monitoring.answers import Monitored
from chatsite.monitoring.parts import parts

async def hang(scope, receive, send):
    await asyncio.Event().wait()

application = Monitored(hang, parts)
"""


def test_it_is_answered_while_everything_else_hangs() -> None:
    request = b"GET %s HTTP/1.1\r\nHost: testserver\r\nConnection: close\r\n\r\n"
    with asked(HANGING) as (_, connection), ExitStack() as crowd:
        for _ in range(turns.AT_ONCE + 1):
            one = crowd.enter_context(create_connection(connection.getpeername()))
            one.sendall(request % b"/")
        watching = crowd.enter_context(create_connection(connection.getpeername()))
        watching.sendall(request % b"/healthz")
        assert wire.read(watching).status == 200


@pytest.mark.parametrize("host", ["10.0.0.7:8000", "[2001:db8::7]", "localhost"])
def test_a_monitor_may_ask_by_the_address_of_the_process(server: Server, host: str) -> None:
    assert wire.ask(server, wire.request(server, "GET /healthz", host=host)).status == 200
    assert wire.ask(server, wire.request(server, "GET /nowhere", host="10.0.0.7")).status == 400


def test_a_page_of_another_name_may_not(server: Server) -> None:
    reply = wire.ask(server, wire.request(server, "GET /metrics", host="evil.example"))
    assert reply.status == 400
