"""Under servers that are not ours the chat goes the long way, and all still works."""

import sys
import sysconfig
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.client import Visitor
from tests.conformance.talk import say_many
from tests.conformance.view import follow, timeline, view_of
from tests.server import MANAGE, Server

DAPHNE = str(Path(sysconfig.get_path("scripts")) / "daphne")
COMMANDS = {
    "daphne": [DAPHNE, "-b", "127.0.0.1", "-p", "{port}", "chatsite.asgi:application"],
    "runserver": [sys.executable, MANAGE, "runserver", "--noreload", "127.0.0.1:{port}"],
}


@pytest.fixture(scope="module", params=COMMANDS)
def running(request: pytest.FixtureRequest, shared_server: Server) -> Iterator[Server]:
    """Another kind of server, over the data of the shared one."""
    server = Server(shared_server.var_dir, **shared_server.settings)
    server.command = [word.format(port=server.port) for word in COMMANDS[request.param]]
    server.start()
    with server.without_complaints():
        yield server
        server.terminate()


@pytest.fixture
def ada(running: Server, alice: Visitor) -> Visitor:
    return Visitor(running.url, alice.cookies)


@pytest.fixture
def ben(running: Server, bob: Visitor) -> Visitor:
    return Visitor(running.url, bob.cookies)


async def test_a_message_reaches_everyone_in_the_room(
    ada: Visitor, ben: Visitor, room: int
) -> None:
    async with ada.chat() as sender, ben.chat() as reader:
        view = view_of(reader, room)
        last = (await say_many(sender, room, 100))[-1]
        await follow(reader, view, to=last["rev"])
        assert list(view.messages.values()) == await timeline(reader, room)


async def test_a_newcomer_signs_up_and_talks(running: Server) -> None:
    fay = Visitor(running.url)
    fay.sign_up(f"fay{uuid.uuid4().hex[:6]}")
    async with fay.chat() as socket:
        sent = await socket.say(socket.room("general"), "hello")
        told = await socket.event("message")
    assert told["message"]["seq"] == sent["seq"]


async def test_one_who_was_away_catches_up(ada: Visitor, ben: Visitor, room: int) -> None:
    async with ada.chat() as sender:
        view = view_of(sender, room)
        await sender.say(room, "missed")
        async with ben.chat(rooms={room: view.rev}) as reader:
            last = await sender.say(room, "live")
            await follow(reader, view, to=last["rev"])
    assert [message["body"] for message in view.messages.values()] == ["missed", "live"]


async def test_the_signed_out_are_closed_4401(running: Server) -> None:
    async with Visitor(running.url).connect() as socket:
        assert (await socket.event("bye"))["code"] == 4401
        assert await socket.closed() == 4401


async def test_bad_frames_are_answered_and_closed_4400(ada: Visitor) -> None:
    async with ada.chat() as socket:
        frames: list[str | bytes] = ["nonsense", "", b"binary"]
        for frame in [*frames * 3, "the tenth"]:
            await socket.send_raw(frame)
            assert (await socket.answer(None))["code"] == "bad_frame"
        assert await socket.closed() == 4400
