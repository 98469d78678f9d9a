"""The server's life: it listens, starts the hub, and says goodbye before it ends."""

import asyncio
import logging
import socket
from typing import Any

import daphne.server
from daphne.http_protocol import HTTPFactory
from daphne.server import twisted_loop
from twisted.internet import defer, reactor
from twisted.logger import globalLogBeginner

from chat.frames import Frame
from chat.hub import hub
from chat.protocol import codes
from chat.protocol.codec import encode
from chat.protocol.events import Bye
from chat.protocol.limits import RESTART_SPREAD_MS
from chat.sockets import EXTENSION
from chat.writer import writer

from . import listening
from .websocket import ChatFactory, ChatProtocol

PING_SECONDS = 20
PONG_SECONDS = 15  # below PING_SECONDS: a second ping would orphan the first one's timer
SHUTDOWN_SECONDS = 5

log = logging.getLogger(__name__)


class ChatServer(daphne.server.Server):
    def __init__(self, application: Any, sockets: list[socket.socket]) -> None:
        super().__init__(
            application,
            sockets,
            ping_interval=PING_SECONDS,
            ping_timeout=PONG_SECONDS,
            websocket_timeout=-1,
            websocket_handshake_timeout=20,
            server_name="",
        )
        self.connections: dict[Any, dict[str, Any]] = {}
        self._sockets = sockets

    def run(self) -> None:
        """Returns when all is over."""
        globalLogBeginner.beginLoggingTo(
            [lambda _: None], redirectStandardIO=False, discardBuffer=True
        )
        self.http_factory = HTTPFactory(self)
        self.ws_factory = ChatFactory(self, server=self.server_name)
        self.ws_factory.setProtocolOptions(
            autoPingTimeout=self.ping_timeout,
            allowNullOrigin=True,
            openHandshakeTimeout=self.websocket_handshake_timeout,
        )
        asyncio.set_event_loop(twisted_loop)
        self.listeners = [listening.adopt(sock, self.http_factory) for sock in self._sockets]
        reactor.callLater(1, self.application_checker)
        reactor.callLater(2, self.timeout_checker)
        reactor.addSystemEventTrigger("before", "shutdown", self.kill_all_applications)
        twisted_loop.call_soon(hub.start)
        self.ready_callable()
        reactor.run()

    def create_application(self, protocol: Any, scope: dict[str, Any]) -> Any:
        if isinstance(protocol, ChatProtocol):
            scope.setdefault("extensions", {})[EXTENSION] = protocol
        return super().create_application(protocol, scope)

    def kill_all_applications(self) -> defer.Deferred[None]:
        """Runs before the reactor ends; Daphne's own forgets those that began in the last second."""
        return defer.Deferred.fromFuture(asyncio.ensure_future(self._shut_down()))

    async def _shut_down(self) -> None:
        """Acknowledges what is queued, says goodbye to every socket, lets their applications end."""
        for listener in self.listeners:
            listener.stopListening()
        stored = await asyncio.to_thread(writer.close, SHUTDOWN_SECONDS)
        if not stored:
            log.error(
                "The writer did not finish in time: unacknowledged messages will be sent again."
            )
        hub.run_posted()
        bye = Frame(
            encode(Bye(codes.CLOSE_RESTARTING, "The server is restarting.", RESTART_SPREAD_MS))
        )
        for protocol in list(self.connections):
            if isinstance(protocol, ChatProtocol):
                protocol.write(bye)
                protocol.close(codes.CLOSE_RESTARTING)
        running = [
            details["application_instance"]
            for details in self.connections.values()
            if "application_instance" in details
        ]
        if running:
            _, late = await asyncio.wait(running, timeout=SHUTDOWN_SECONDS)
            for application in late:
                application.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        await hub.close()
