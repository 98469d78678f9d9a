"""Under an ASGI server that is not ours all still works, by the fall-back path."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.client import Visitor
from tests.server import MANAGE, Server

DAPHNE = str(Path(sys.executable).with_name("daphne"))
COMMANDS: dict[str, Callable[[int], list[str]]] = {
    "daphne": lambda port: [
        DAPHNE,
        "-b",
        "127.0.0.1",
        "-p",
        str(port),
        "chatsite.asgi:application",
    ],
    "runserver": lambda port: [
        sys.executable,
        MANAGE,
        "runserver",
        "--noreload",
        f"127.0.0.1:{port}",
    ],
}


@pytest.fixture(params=COMMANDS)
def other_server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Server]:
    server = Server(tmp_path)
    server.command = COMMANDS[request.param](server.port)
    server.prepare()
    server.start()
    yield server
    server.kill()


async def test_two_people_talk(other_server: Server) -> None:
    people = [Visitor(other_server.url) for _ in range(2)]
    for name, person in zip(("alice", "bob"), people, strict=True):
        person.sign_up(name)
    async with people[0].chat() as alice, people[1].chat() as bob:
        room = alice.room("general")
        sent = await alice.say(room, "你好")
        assert (await bob.event("message", room=room))["message"]["seq"] == sent["seq"]
        for _ in range(10):
            await alice.send_raw("{")
        assert await alice.closed() == 4400
