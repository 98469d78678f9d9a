"""A WebSocket of our server at one end of a real socket, with nobody but the test to turn the wheels: the
reactor only notes what it is asked for, and there is no application behind the inbox.

A Unix socket: what the one end has sent the other has got, with no network between them to wait for.
"""

import asyncio
import socket
from collections.abc import Callable
from functools import partial
from typing import Any

from twisted.internet.unix import Server as Transport
from twisted.python.failure import Failure

from chatsite.daphne.inbox import Inbox
from chatsite.daphne.limits import Limits
from chatsite.daphne.server import ChatServer
from chatsite.daphne.websocket import ChatFactory, ChatProtocol

LIMITS = Limits(10**6, 10, 10, 75, 20, 100, 100, 100, 20, 300_000)
HANDSHAKE = (
    b"GET /ws/ HTTP/1.1\r\nHost: testserver\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Protocol: chat.v1\r\n"
)
SMALL_BUFFER = 4096


class Reactor:
    def __init__(self) -> None:
        self.readers: set[Any] = set()
        self.writers: set[Any] = set()
        self.due: list[Callable[[], None]] = []
        self.addReader, self.removeReader = self.readers.add, self.readers.discard
        self.addWriter, self.removeWriter = self.writers.add, self.writers.discard

    def callLater(self, seconds: float, call: Callable[..., None], *args: Any) -> None:  # noqa: N802
        self.due.append(partial(call, *args))


class House(ChatServer):
    """A server that has no loop of its own and asks nobody."""

    def __init__(self) -> None:
        with socket.socket() as nowhere:  # Daphne wants one
            super().__init__(None, [nowhere], LIMITS, 10)
        self.ws_factory = ChatFactory(self, server="")
        self.ws_factory.setProtocolOptions(allowNullOrigin=True)

    def create_application(self, protocol: Any, scope: dict[str, Any]) -> Inbox:
        return Inbox(protocol.take_more)


class Line:
    """`far` is the peer's end, a plain socket."""

    def __init__(self, *, buffer: int | None = None) -> None:
        self.reactor, self.house = Reactor(), House()
        self._near, self.far = socket.socketpair()
        if buffer is not None:
            self._near.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, buffer)
            self.far.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        self.far.setblocking(False)
        self.protocol: ChatProtocol = self.house.ws_factory.buildProtocol(None)
        visit = self.house.visits.begin(self.protocol, None, None)
        assert visit
        self.protocol.visit = visit
        self.protocol._raw_query_string = b""
        self.transport = Transport(self._near, self.protocol, None, None, 0, self.reactor)
        self.protocol.makeConnection(self.transport)

    def knock(self, more: bytes = b"") -> None:
        self.protocol.dataReceived(HANDSHAKE + more + b"\r\n")

    def open(self, more: bytes = b"") -> "Line":
        """Lets it in, and reads the answer away; `more` are lines of the handshake."""
        self.knock(more)
        self.protocol.serverAccept("chat.v1")
        self.flush()
        assert self.read().startswith(b"HTTP/1.1 101 ")
        return self

    def say(self, data: bytes) -> None:
        """The peer does, and what of it has come is read where the socket is read at all."""
        self.far.sendall(data)
        if self.is_read:
            self.transport.doRead()

    @property
    def is_read(self) -> bool:
        return self.transport in self.reactor.readers

    def flush(self) -> None:
        """What Twisted does whenever the kernel takes more."""
        if self.transport in self.reactor.writers:
            self.transport.doWrite()

    def read(self) -> bytes:
        """What has come to the peer."""
        found = b""
        try:
            while data := self.far.recv(65_536):
                found += data
        except BlockingIOError:
            pass
        return found

    async def read_all(self) -> bytes:
        """The same, until nothing more is to be sent."""
        found = b""
        while self.transport in self.reactor.writers:
            found += self.read()
            self.flush()
            await asyncio.sleep(0)
        return found + self.read()

    def lose(self, error: Exception) -> None:
        self.transport.connectionLost(Failure(error))

    def close(self) -> None:
        self.far.close()
        self._near.close()
