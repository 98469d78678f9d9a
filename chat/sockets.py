"""The outward side of one connection: how frames and closes leave, whatever the ASGI server.

Our own server offers `EXTENSION` in the scope: frames are written straight to the socket. Under any other
server, and where ours may not do that, they go through `websocket.send`, in a bounded queue with a task of
its own; `BACKLOG` in the scope is its bound then.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol

from django.conf import settings
from msgspec import UNSET

from .frames import Frame
from .protocol.codec import encode
from .protocol.codes import CLOSE_RESTARTING, CLOSE_TOO_SLOW
from .protocol.events import Bye
from .protocol.limits import OUTAGE_SPREAD_MS

EXTENSION = "chat.frames"
BACKLOG = "chat.backlog"  # in bytes: what `serve --max-backlog` says. Other servers offer none
MAX_QUEUED = 1_000

Send = Callable[[dict[str, Any]], Awaitable[None]]


class Transport(Protocol):
    """Writing never waits and never raises, also after the connection is gone."""

    def is_behind(self) -> bool: ...
    def is_gone(self) -> bool: ...
    def write(self, frame: Frame) -> None: ...
    def write_soon(self, frame: Frame) -> None: ...
    def close(self, code: int) -> None: ...


class Socket:
    """One connection as the hub sees it. `write` is the transport's own until it is closed."""

    __slots__ = ("_closed", "_transport", "user_id", "write")

    def __init__(self, user_id: int, transport: Transport) -> None:
        self.user_id = user_id
        self.write = transport.write
        self._transport = transport
        self._closed = False

    @property
    def is_closed(self) -> bool:
        return self._closed

    @property
    def is_behind(self) -> bool:
        """Something was written that its reader has not taken yet."""
        return not self._closed and self._transport.is_behind()

    def send(self, payload: bytes) -> None:
        """A frame for this socket alone, in one go with what else it gets in this turn of the loop."""
        if not self._closed:
            self._transport.write_soon(Frame(payload))

    def close(self, code: int, reason: str, *, retry_after: int | None = None) -> None:
        """Says `bye`, then closes. `retry_after` is in milliseconds."""
        if self._closed:
            return
        bye = Bye(
            code=code, reason=reason, retry_after=UNSET if retry_after is None else retry_after
        )
        self.send(encode(bye))
        self._closed = True
        self.write = _write_nothing
        self._transport.close(code)

    def close_for_now(self) -> None:
        """What is asked for cannot be had at the moment: the client comes back in a while."""
        self.close(CLOSE_RESTARTING, "Not available now.", retry_after=OUTAGE_SPREAD_MS)


def _write_nothing(frame: Frame) -> None:
    """What a closed socket does."""


class QueuedTransport:
    """The fall-back. Owner: the consumer. Bounds: MAX_QUEUED frames and `most_bytes`; past either the reader
    is too slow, and what waits is dropped."""

    def __init__(self, send: Send, most_bytes: int) -> None:
        self._send = send
        self._most_bytes = most_bytes
        self._queue: asyncio.Queue[tuple[dict[str, Any], int]] = asyncio.Queue()  # with their bytes
        self._bytes = 0
        self._is_closed = False
        self._task = asyncio.get_running_loop().create_task(self._run())

    def is_behind(self) -> bool:
        return not self._queue.empty()

    def is_gone(self) -> bool:
        """Other servers say so only to who asks for the next frame, and end an application that does not."""
        return False

    def write(self, frame: Frame) -> None:
        if self._is_closed or (frame.is_passing and self.is_behind()):
            return
        size = len(frame.payload)
        if self._bytes + size > self._most_bytes or self._queue.qsize() >= MAX_QUEUED:
            self._drop()
            self.close(CLOSE_TOO_SLOW)
            return
        self._bytes += size
        self._queue.put_nowait(({"type": "websocket.send", "text": frame.payload.decode()}, size))

    write_soon = write

    def close(self, code: int) -> None:
        """Servers let applications send 1000 and 3000–4999 only."""
        if self._is_closed:
            return
        self._is_closed = True
        allowed = code if code == 1000 or 3000 <= code <= 4999 else 1000
        self._queue.put_nowait(({"type": "websocket.close", "code": allowed}, 0))

    async def aclose(self) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    def _drop(self) -> None:
        while not self._queue.empty():
            self._queue.get_nowait()
        self._bytes = 0

    async def _run(self) -> None:
        while True:
            message, size = await self._queue.get()
            self._bytes -= size
            await self._send(message)
            if message["type"] == "websocket.close":
                return


def open_transport(scope: Mapping[str, Any], send: Send) -> Transport:
    offered = scope.get("extensions", {})
    direct: Transport | None = offered.get(EXTENSION)
    return direct or QueuedTransport(send, offered.get(BACKLOG, settings.MAX_BACKLOG_BYTES))
