"""The end of the process: everybody is told, nothing acknowledged is lost, and it comes in time.

1. It listens no more. Connections in reserve are closed; requests on their way get their answers.
2. The writer stores what is queued, and read pointers are written; their senders are told. From now on to the
   end mails that wait are sent, beside all else.
3. Every socket gets `bye` and 1012, with a spread over which to come back, and its application ends.
4. Whatever still runs is cancelled, and then left.

Each step has a bound, and together they have one: a thread that sleeps until it is needed ends the process
when its time is over, whatever hangs by then, a database, an application that will not be cancelled, the
event loop itself. A second signal is an order: the process ends at once, with 128 and the signal's number.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from types import FrameType
from typing import TYPE_CHECKING, Any

from twisted.internet import reactor

from accounts.post import post
from chat.frames import Frame
from chat.hub import hub
from chat.pointers import pointers
from chat.protocol import codes
from chat.protocol.codec import encode
from chat.protocol.events import Bye
from chat.protocol.limits import RESTART_SPREAD_MS
from chat.writer import writer
from chatsite.monitoring.parts import parts

from .visits import Phase, Visit
from .websocket import ChatProtocol

if TYPE_CHECKING:
    from .server import ChatServer

LAST_MOMENT_SECONDS = 9.0
REQUEST_SECONDS = 2.5
NEWCOMER_SECONDS = 0.5  # for the first byte of whoever was accepted just before
WRITER_SECONDS = 2.5
POINTERS_SECONDS = 0.5
FAREWELL_SECONDS = 2.0
CANCEL_SECONDS = 0.5
POLL_SECONDS = 0.02

log = logging.getLogger(__name__)


class Ending:
    """Owner: the server."""

    def __init__(self, server: ChatServer, loop: asyncio.AbstractEventLoop) -> None:
        self._server = server
        self._loop = loop
        self._last_moment = threading.Lock()
        self._task: asyncio.Task[None] | None = None
        self._last_post: asyncio.Task[None] | None = None
        self.has_begun = False
        self.has_said_goodbye = False

    def listen_to_signals(self) -> None:
        self._last_moment.acquire()
        threading.Thread(target=self._end_at_last, name="chat-last-moment", daemon=True).start()
        for sign in (signal.SIGINT, signal.SIGTERM):
            signal.signal(sign, self._on_signal)

    def begin(self) -> None:
        """Once, however often it is called; on the main thread."""
        if not self.has_begun:
            self.has_begun = True
            self._last_moment.release()
            self._loop.call_soon_threadsafe(self._start)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        if self.has_begun:
            os._exit(128 + number)
        self.begin()

    def _end_at_last(self) -> None:
        self._last_moment.acquire()
        time.sleep(LAST_MOMENT_SECONDS)
        os.write(2, b"Something did not end in time and is left behind.\n")
        os._exit(0)

    def _start(self) -> None:
        self._task = self._loop.create_task(self._end())

    async def _end(self) -> None:
        """What goes wrong with one step is no reason to leave out those that follow."""
        steps = (
            self._stop_listening,
            self._finish_requests,
            self._begin_last_post,
            self._close_writer,
            self._close_pointers,
            self._say_goodbye,
            self._end_applications,
            self._close_parts,
            self._finish_last_post,
        )
        try:
            for step in steps:
                try:
                    await step()
                except Exception:
                    log.exception("The end did not go as it should.")
        finally:
            reactor.stop()

    async def _stop_listening(self) -> None:
        for port in self._server.listeners:
            port.stopListening()

    async def _finish_requests(self) -> None:
        began = time.monotonic()
        while time.monotonic() < began + REQUEST_SECONDS:
            due = [visit for visit in list(self._server.visits.all) if self._is_due(visit)]
            if not due:
                return
            await asyncio.sleep(POLL_SECONDS)

    def _is_due(self, visit: Visit) -> bool:
        """Whether it has a request under way; who has none is sent away."""
        if visit.phase is Phase.IDLE:
            visit.guest.leave()
        is_new = visit.phase is Phase.HEADER and self._server.visits.age(visit) < NEWCOMER_SECONDS
        return is_new or visit.guest.is_busy()

    async def _begin_last_post(self) -> None:
        """What requests had sent goes out beside the steps that follow."""
        self._last_post = self._loop.create_task(post.close())

    async def _finish_last_post(self) -> None:
        if self._last_post is not None:
            await self._last_post

    async def _close_writer(self) -> None:
        with ThreadPoolExecutor(1, "chat-closer") as own_thread:  # the others may all be stuck
            stored = await self._loop.run_in_executor(own_thread, writer.close, WRITER_SECONDS)
        if not stored:
            log.error(
                "The writer did not finish in time: unacknowledged messages will be sent again."
            )
        hub.run_posted()

    async def _close_pointers(self) -> None:
        try:
            await asyncio.wait_for(pointers.close(), POINTERS_SECONDS)
        except TimeoutError:
            log.error("Read pointers were not written in time: their senders say them again.")
        hub.run_posted()

    async def _say_goodbye(self) -> None:
        self.has_said_goodbye = True
        bye = Frame(
            encode(Bye(codes.CLOSE_RESTARTING, "The server is restarting.", RESTART_SPREAD_MS))
        )
        for protocol in list(self._server.connections):
            if isinstance(protocol, ChatProtocol):
                protocol.write(bye)
                protocol.close(codes.CLOSE_RESTARTING)

    async def _end_applications(self) -> None:
        running = self._running()
        if running:
            await asyncio.wait(running, timeout=FAREWELL_SECONDS)
        late = [task for task in self._running() if not task.done()]
        for task in late:
            task.cancel()
        if late:
            await asyncio.wait(late, timeout=CANCEL_SECONDS)

    async def _close_parts(self) -> None:
        closing = [self._loop.create_task(part.close()) for part in (hub, parts)]
        await asyncio.wait(closing, timeout=CANCEL_SECONDS)

    def _running(self) -> list[asyncio.Future[Any]]:
        sockets = [
            details["application_instance"]
            for details in self._server.connections.values()
            if "application_instance" in details
        ]
        return [*sockets, *self._server.answering]
