"""Our server as the product runs it: `manage.py serve`, signed-in people, every message stored."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from tests.server import Server

from .cores import SERVER_CORE, on_core
from .frames import masked
from .load import Client, Wire
from .plan import ENTRY, Made, Plan
from .programs import HERE
from .side import Running, text_of

SECRET = "bench-only-not-a-secret-0123456789-0123456789-abcdefghij"
HELLO = b'{"type":"hello","id":"hello","client":"bench"}'
MARKER = '"type":"message",'


class Site:
    """One database with its people, for all turns of a run."""

    def __init__(self, folder: Path, plan: Plan, **env: str) -> None:
        self.folder = folder
        self.plan = plan
        self.env = {
            "SECRET_KEY": SECRET,
            "REDIS_URL": "",
            "LOG_LEVEL": "WARNING",
            "DEBUG": "false",
            "DJANGO_SETTINGS_MODULE": "chatsite.settings",
        } | env
        server = self._server()
        server.prepare()
        filled = subprocess.run(
            [sys.executable, "-c", ENTRY],
            cwd=HERE.parent.parent,
            env=server.env,
            input=msgspec.json.encode(plan),
            stdout=subprocess.PIPE,
            check=True,
        )
        self.made = msgspec.json.decode(filled.stdout, type=Made)

    @contextmanager
    def serve(self, room: int, size: int, *, processes: int = 1) -> Iterator[Running]:
        """Runs the server for the people of one room of the plan, split evenly over its processes."""
        servers = [self._server() for _ in range(processes)]
        try:
            for server in servers:
                with on_core(SERVER_CORE):
                    server.start()
            first, after = self.plan.rooms[room]
            clients = [
                _client(servers[number % processes], self.made.sessions[number])
                for number in range(first, after)
            ]
            pids = [server.pid for server in servers]
            yield Running(clients, _wire(self.made.rooms[room], size), pids, [])
        finally:
            for server in servers:
                if server.is_running:
                    server.kill()

    def _server(self) -> Server:
        return Server(self.folder, **self.env)


def _client(server: Server, session: str) -> Client:
    fields = f"Sec-WebSocket-Protocol: chat.v1|Origin: {server.url}|Cookie: sessionid={session}|"
    return Client(server.port, "/ws/", fields)


def _wire(room: int, size: int) -> Wire:
    return Wire(
        message=(
            f'{{"type":"message.send","id":"1","room":{room},"client_id":"@UUID@",'
            f'"body":"{text_of(size)}"}}'
        ),
        marker=MARKER,
        hello=masked(HELLO),
        ready='"type":"welcome"',
    )
