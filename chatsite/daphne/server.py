"""The server's life: it listens, starts the hub, and says goodbye before it ends."""

import asyncio
import logging
from functools import partial
from typing import Any

import daphne.server
from daphne.server import twisted_loop
from twisted.internet import defer
from twisted.python.failure import Failure

from chat.frames import Frame
from chat.hub import hub
from chat.protocol import codes
from chat.protocol.codec import encode
from chat.protocol.events import Bye
from chat.protocol.limits import RESTART_SPREAD_MS
from chat.sockets import EXTENSION
from chat.writer import writer

from .accepting import pace
from .inbox import Inbox
from .websocket import ChatFactory, ChatProtocol

SHUTDOWN_SECONDS = 5

log = logging.getLogger(__name__)

daphne.server.WebSocketFactory = ChatFactory


class ChatServer(daphne.server.Server):
    def __init__(self, application: Any, endpoints: list[str]) -> None:
        super().__init__(
            application,
            endpoints,
            websocket_timeout=-1,
            websocket_handshake_timeout=20,
            server_name="",
        )
        self.failure: str | None = None

    def run(self) -> None:
        twisted_loop.call_soon(hub.start)
        super().run()

    def create_application(self, protocol: Any, scope: dict[str, Any]) -> Any:
        """As Daphne does it, but for sockets with a queue that is small and a straight way out."""
        if not isinstance(protocol, ChatProtocol) or protocol not in self.connections:
            return super().create_application(protocol, scope)
        inbox = Inbox(protocol.take_more)
        scope["asgi"] = {"version": "3.0"}
        if protocol.is_plain:
            scope["extensions"] = {EXTENSION: protocol}
        application = self.application(
            scope=scope, receive=inbox.get, send=partial(self.handle_reply, protocol)
        )
        self.connections[protocol]["application_instance"] = asyncio.ensure_future(application)
        return inbox

    def listen_success(self, port: object) -> None:
        pace(port)
        super().listen_success(port)

    def listen_error(self, failure: Failure) -> None:
        """Kept for whoever started the server, who can say it in one line."""
        self.failure = failure.getErrorMessage()
        self.stop()

    def kill_all_applications(self) -> defer.Deferred[None]:
        """Runs before the reactor ends; Daphne's own forgets those that began in the last second."""
        return defer.Deferred.fromFuture(asyncio.ensure_future(self._shut_down()))

    async def _shut_down(self) -> None:
        """Acknowledges what is queued, says goodbye to every socket, lets their applications end."""
        for listener in self.listeners:
            listener.addCallback(lambda port: port.stopListening())
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
