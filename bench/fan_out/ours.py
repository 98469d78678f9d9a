"""Our server as the product runs it: `manage.py serve`, signed-in people, every message stored."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from copy import copy
from pathlib import Path

import msgspec

from tests.server import Server

from .cores import SERVER_CORE, on_core
from .frames import DEFLATE_OFFER, masked
from .load import BrokenLoad, Client, Wire
from .peers import ROOT
from .plan import ENTRY, Made, Plan
from .side import Running
from .texts import messages

SECRET = "bench-only-not-a-secret-0123456789-0123456789-abcdefghij"
HELLO = b'{"type":"hello","id":"hello","client":"bench"}'
BUSY_ENTRY = "from bench.fan_out.busy import main; main()"


class Site:
    """One database with its people, for all turns of a run."""

    def __init__(self, folder: Path, plan: Plan, **env: str) -> None:
        self.folder = folder
        self.plan = plan
        self.env = {
            "DJANGO_SETTINGS_MODULE": "chatsite.settings",
            "PYTHONPATH": str(ROOT),
            "SECRET_KEY": SECRET,
            "REDIS_URL": "",
            "LOG_LEVEL": "WARNING",
            "DEBUG": "false",
        } | env
        folder.mkdir(exist_ok=True)
        self.made = self._fill()

    def with_settings(self, **env: str) -> "Site":
        """The same database and people, under other settings."""
        other = copy(self)
        other.env = self.env | env
        return other

    def server(self) -> Server:
        """A process on this database, not yet started."""
        return Server(self.folder, **self.env)

    def busy_server(self) -> Server:
        """The same with two threads that never rest."""
        return self.changed_server(BUSY_ENTRY)

    def changed_server(self, entry: str) -> Server:
        """The same, begun by this Python, which changes something and then serves."""
        server = self.server()
        serve = server.command.index("serve")
        server.command = [sys.executable, "-c", entry, *server.command[serve:]]
        return server

    def clients(self, room: int, *servers: Server, deflate: bool = False) -> list[Client]:
        """The people of a room of the plan, split evenly over the servers."""
        first, after = self.plan.rooms[room]
        offer = DEFLATE_OFFER if deflate else ""
        return [
            _client(servers[number % len(servers)], self.made.sessions[number], offer)
            for number in range(first, after)
        ]

    def wire(self, room: int, size: int, *, hello: bytes | None = None) -> Wire:
        return Wire(
            [_send_command(self.made.rooms[room], text) for text in messages(size)],
            marker='"type":"message",',
            hello=hello or masked(HELLO),
            ready='"type":"welcome"',
        )

    @contextmanager
    def serve(self, room: int, size: int) -> Iterator[Running]:
        """One process for the people of one room, as a side of a comparison."""
        server = self.server()
        with serving(server):
            clients = self.clients(room, server)
            yield Running(clients, self.wire(room, size), [server.pid], [])

    def _fill(self) -> Made:
        server = self.server()
        server.prepare()
        filled = subprocess.run(
            [sys.executable, "-c", ENTRY],
            env=server.env,
            input=msgspec.json.encode(self.plan),
            stdout=subprocess.PIPE,
            check=True,
        )
        return msgspec.json.decode(filled.stdout, type=Made)


@contextmanager
def serving(*servers: Server, pinned: bool = True) -> Iterator[None]:
    """Runs them all on the server's core, or where the system puts them."""
    try:
        for server in servers:
            with on_core(SERVER_CORE) if pinned else nullcontext():
                server.start()
        yield
        for server in servers:
            _refuse_complaints(server)
    finally:
        for server in servers:
            if server.is_running:
                server.kill()


def _refuse_complaints(server: Server) -> None:
    """What is fast and fails is worth nothing."""
    said = server.log.read_text(errors="replace")
    if "Traceback" in said or not server.is_running:
        raise BrokenLoad(f"the server complained: {said.strip().splitlines()[-1]}")


def _client(server: Server, session: str, offer: str) -> Client:
    fields = f"Sec-WebSocket-Protocol: chat.v1|Origin: {server.url}|Cookie: sessionid={session}|"
    return Client(server.port, "/ws/", fields + offer)


def _send_command(room: int, text: str) -> str:
    command = {"type": "message.send", "id": "1", "room": room, "client_id": "@UUID@", "body": text}
    return json.dumps(command, ensure_ascii=False, separators=(",", ":"))
