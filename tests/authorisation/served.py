"""Our server in the process of the test, at a port of its own: what is asked goes the whole way, as bytes
over a connection, and what it has changed can be taken back all the same.

Server, test and database share one thread and one transaction that is never committed. The loop turns only
while a test waits for something (`turn`). Nothing is told, for nothing is committed; and what the server
would look after by itself is put off, for it would find changes that are taken back a moment later.
"""

import asyncio
import socket
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import pytest
from daphne.server import twisted_loop
from django.conf import settings

from chat import database, repairs, watch
from chat import hub as hubs
from chatsite.daphne import ChatServer, Limits, access_log, listening
from chatsite.daphne.http import ChatHTTPFactory
from chatsite.daphne.websocket import ChatFactory
from chatsite.management.commands.serve import LIMITS
from chatsite.routing import application

from .asking import out_of_the_loop

HERE = "127.0.0.1"
MOST_CONNECTIONS = 100
NEVER_SECONDS = 86_400.0
END_SECONDS = 10.0

T = TypeVar("T")


@contextmanager
def served() -> Iterator[int]:
    """The port."""
    listener = socket.create_server((HERE, 0))
    port: int = listener.getsockname()[1]
    server = Served(listener)
    with pytest.MonkeyPatch.context() as monkeypatch:
        _do_at_once(monkeypatch)
        yield port
        turn(server.end())


def turn(work: Coroutine[Any, Any, T]) -> T:
    """Lets the server work until this is done."""
    result: T = twisted_loop.run_until_complete(work)
    return result


class Served(ChatServer):
    """Without what makes it a process: signals, a log, looking after itself every second."""

    def __init__(self, listener: socket.socket) -> None:
        limits = Limits(**{field: getattr(settings, setting) for field, _, setting, _ in LIMITS})
        super().__init__(application, [listener], limits, MOST_CONNECTIONS)
        self.http_factory = ChatHTTPFactory(self)
        self.ws_factory = ChatFactory(self, server="")
        self.ws_factory.setProtocolOptions(allowNullOrigin=True)
        self._port = listening.adopt(listener, self.http_factory)

    async def end(self) -> None:
        """When all have left."""
        await self._port.stopListening().asFuture(twisted_loop)
        applications = [details["application_instance"] for details in self.connections.values()]
        async with asyncio.timeout(END_SECONDS):
            await asyncio.gather(*applications)
        await hubs.hub.close()


def _do_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access_log.log, "disabled", True)
    monkeypatch.setattr(database, "_run", _run_here)
    monkeypatch.setattr(repairs, "POLL_SECONDS", NEVER_SECONDS)
    monkeypatch.setattr(watch, "ROUND_SECONDS", NEVER_SECONDS)
    monkeypatch.setattr(hubs, "LINGER_SECONDS", 0.0)


async def _run_here(_threads: object, work: Callable[[], T]) -> T:
    return out_of_the_loop(work)
