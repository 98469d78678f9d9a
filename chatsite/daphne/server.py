"""The server's life: it listens, starts the hub, asks the application, and ends as `ending` has it."""

import asyncio
import logging
import socket
import warnings
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, nullcontext
from contextvars import copy_context
from functools import partial
from typing import Any

import daphne.server
from daphne.server import twisted_loop
from django.conf import settings
from twisted.internet import reactor
from twisted.logger import LogLevel, globalLogBeginner

from chat.hub import hub
from chat.sockets import BACKLOG, EXTENSION
from chatsite import logs, monitoring

from . import addresses, listening
from .ending import Ending
from .http import ChatHTTPFactory
from .inbox import Inbox
from .limits import Limits
from .request import ChatRequest
from .turns import Turn, Turns
from .visits import Visit, Visits
from .vitals import Vitals
from .websocket import ChatFactory

SWEEP_SECONDS = 1
CHECK_SECONDS = 2
THREADS = 8  # for what libraries have done elsewhere: files, names. Requests and the database have their own.
HERE = "127.0.0.1"  # who comes through a Unix socket and is not named is on this machine

log = logging.getLogger(__name__)


class ChatServer(daphne.server.Server):
    def __init__(
        self, application: Any, sockets: list[socket.socket], limits: Limits, most_connections: int
    ) -> None:
        super().__init__(
            application,
            sockets,
            websocket_timeout=-1,
            websocket_handshake_timeout=limits.handshake_seconds,
            websocket_connect_timeout=limits.handshake_seconds,
            server_name="",
        )
        self.connections: dict[Any, dict[str, Any]] = {}
        self.limits = limits
        self.visits = Visits(limits, most_connections)
        self.client_ip_header: bytes = settings.CLIENT_IP_HEADER.encode()
        self.answering: set[asyncio.Task[None]] = set()
        self._turns = Turns()
        self.vitals = Vitals(self.visits, self._turns)
        self._sockets = sockets
        self._ending = Ending(self, twisted_loop)

    def run(self) -> None:
        """Returns when all is over. Takes the signals of a service manager and of Ctrl-C."""
        _keep_only_failures_of_twisteds_log()
        self.http_factory = ChatHTTPFactory(self)
        self.ws_factory = ChatFactory(self, server=self.server_name)
        self.ws_factory.setProtocolOptions(allowNullOrigin=True)
        asyncio.set_event_loop(twisted_loop)
        twisted_loop.set_default_executor(ThreadPoolExecutor(THREADS, "chat-any"))
        self.listeners = [listening.adopt(sock, self.http_factory) for sock in self._sockets]
        reactor.callLater(1, self.application_checker)
        reactor.callLater(CHECK_SECONDS, self.timeout_checker)
        hub.seats.most = self.limits.connections_per_user
        twisted_loop.call_soon(hub.start)
        twisted_loop.call_soon(lambda: self._sweep(twisted_loop.time()))
        self._ending.listen_to_signals()
        self.ready_callable()
        reactor.run(installSignalHandlers=False)

    @property
    def is_ending(self) -> bool:
        return self._ending.has_begun

    @property
    def lets_sockets_in(self) -> bool:
        """Also while it ends: who knocked before that is told by a goodbye, not by an error."""
        return not self._ending.has_said_goodbye

    def stop(self) -> None:
        self._ending.begin()

    def create_application(self, protocol: Any, scope: dict[str, Any]) -> Any:
        """Of a WebSocket, as Daphne does it, but with a small queue and a straight way out."""
        inbox = Inbox(protocol.take_more)
        scope["asgi"] = {"version": "3.0"}
        # As Autobahn will look for the chosen one. Daphne undoes escapes, which the client's words may have.
        scope["subprotocols"] = protocol.websocket_protocols
        scope["client"] = self.client_of(protocol.visit, protocol.transport.getPeer())
        scope["extensions"] = self.ways_out(protocol)
        application = self.application(
            scope=scope, receive=inbox.get, send=partial(self.handle_reply, protocol)
        )
        task = _task_of(protocol.visit.name, application)
        self.connections[protocol]["application_instance"] = task
        return inbox

    def ways_out(self, protocol: Any) -> dict[str, Any]:
        """Where frames may not go straight to the socket, the queue they go through has the same bound."""
        return {EXTENSION: protocol} if protocol.is_plain else {BACKLOG: self.limits.backlog_bytes}

    # ---- requests

    def answer(self, request: ChatRequest, scope: dict[str, Any]) -> None:
        """Has the application answer it, when it is its turn."""
        task = _task_of(request.name, self._answer(request, scope))
        self.answering.add(task)
        task.add_done_callback(self.answering.discard)

    async def _answer(self, request: ChatRequest, scope: dict[str, Any]) -> None:
        is_watched = scope["path"] in monitoring.PATHS
        if self._turns.are_too_many_waiting and not is_watched:
            request.fail(503)
            return
        async with self._turn(is_watched=is_watched) as turn:

            async def send(message: dict[str, Any]) -> None:
                turn.end()  # whoever reads slowly keeps nobody waiting
                await self.handle_reply(request, message)
                if message.get("more_body") and request.channel is not None:
                    await request.channel.drain()

            try:
                await self.application(scope, request.application_queue.get, send)
            except Exception:
                log.exception("The application failed.")
        await request.complete()
        request.fail(500)  # where it gave no answer, or not all of it

    def _turn(self, *, is_watched: bool) -> AbstractAsyncContextManager[Turn]:
        """What watches the process takes no thread, and is to be told how it is while all of them hang."""
        return nullcontext(Turn()) if is_watched else self._turns.turn()

    def forget(self, protocol: Any) -> None:
        self.connections.pop(protocol, None)

    def timeout_checker(self) -> None:
        """Daphne's own would end for good with the first connection that cannot be looked at, and with it
        everybody's heartbeat."""
        reactor.callLater(CHECK_SECONDS, self.timeout_checker)
        for protocol in list(self.connections):
            try:
                protocol.check_timeouts()
            except Exception:
                log.exception("A connection could not be looked at, and is left.")
                protocol.transport.abortConnection()

    # ---- who it is

    def see_address(self, request: ChatRequest) -> None:
        """What the trusted header says, where there is one; else it stays the peer."""
        visit = request.channel.visit
        if visit and self.client_ip_header:
            values = request.requestHeaders.getRawHeaders(self.client_ip_header, [])
            named = addresses.named_by_proxy(values)
            visit.address = named or addresses.peer_address(request.client)

    def client_of(self, visit: Visit, peer: Any) -> list[Any]:
        """The `client` of an ASGI scope. The port is the peer's, so it goes with no other address."""
        is_peer = visit.address is not None and visit.address == addresses.peer_address(peer)
        return [visit.address or HERE, peer.port if is_peer else 0]

    def _sweep(self, due: float) -> None:
        """Once a second; how late it is tells how long others wait for their turn of the loop."""
        now = twisted_loop.time()
        self.vitals.lag.add(max(0.0, now - due))
        twisted_loop.call_at(now + SWEEP_SECONDS, self._sweep, now + SWEEP_SECONDS)
        self.visits.sweep()


def _task_of(name: str, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
    """A task whose log lines say for which request or connection they are."""
    context = copy_context()
    context.run(logs.on_behalf_of.set, name)
    return twisted_loop.create_task(work, context=context)


def _keep_only_failures_of_twisteds_log() -> None:
    """It tells of every connection; what we want of it is what it caught and we did not."""

    def observe(event: Any) -> None:
        if event.get("log_level") is LogLevel.critical:
            failure = event.get("log_failure")
            error = (failure.type, failure.value, failure.getTracebackObject()) if failure else None
            log.error("A connection failed: %s", event.get("log_format"), exc_info=error)

    show_warning = warnings.showwarning
    globalLogBeginner.beginLoggingTo([observe], redirectStandardIO=False, discardBuffer=True)
    warnings.showwarning = show_warning  # Twisted would take Python's own warnings into that log
