"""A connection's frames out: the `Transport` of `chat.sockets`.

Daphne and Autobahn serialise, frame and buffer a message for every socket it goes to. Here the hub builds a
frame once and hands the same bytes to each socket; where nothing is unsent for it they go to the kernel at
once, else they wait, as references to the one frame, until the kernel takes more. Past its bound the reader
is too slow: what waits is dropped, and all it still gets is `bye` and 4413.
"""

import asyncio
import ctypes
import logging
import random
import socket
from collections import deque
from functools import cache

from daphne.ws_protocol import WebSocketProtocol

from chat.frames import Frame
from chat.protocol import codes
from chat.protocol.codec import encode
from chat.protocol.events import Bye

from .inbox import Inbox
from .vitals import Vitals

WRITE_BYTES = 64 * 1024  # that are joined for one write, when a slow reader takes more
CLOSE_HANDSHAKE_SECONDS = 5

log = logging.getLogger(__name__)

# Through PyDLL the call keeps the GIL: a send takes microseconds, but giving the GIL away and waiting for
# it back takes a busy neighbour thread's whole time slice, for every socket of a flush.
# Without `argtypes` it costs a quarter less; an int goes as a C int, which holds every length here.
_send = ctypes.PyDLL(None).send
_send.restype = ctypes.c_ssize_t
_SEND_FLAGS = getattr(socket, "MSG_NOSIGNAL", 0) | socket.MSG_DONTWAIT

_TOO_SLOW = Bye(code=codes.CLOSE_TOO_SLOW, reason="You read too slowly.")

_PONGS_PLACE = b""
_PONG = 0x8A  # FIN and the opcode (RFC 6455 §5.2)

_OPEN = WebSocketProtocol.STATE_OPEN
_CLOSED = WebSocketProtocol.STATE_CLOSED


class Outgoing(WebSocketProtocol):
    """What `ChatProtocol` writes by. It is no object of its own: a call more would cost every delivery."""

    application_queue: Inbox
    _deflates = False
    _soon = b""  # frames to be written at the end of this turn of the loop
    _waiting: deque[bytes] | None = None  # frames that the kernel did not take yet
    _backlog = 0  # their bytes
    _pong: bytes | None = None  # that waits among them, at _PONGS_PLACE
    _backlog_bound = 0
    _close_code: int | None = None

    def take_more(self) -> None:
        """Reads on, where the socket is not read."""
        raise NotImplementedError

    @property
    def vitals(self) -> Vitals:
        """The server's."""
        raise NotImplementedError

    def bound_backlog(self, least: int) -> None:
        """Somewhere from there to half as much again: those who stopped reading together would otherwise be
        cut off together, and everybody else would wait for that."""
        self._backlog_bound = random.randint(least, 3 * least // 2)  # noqa: S311

    def write(self, frame: Frame) -> None:
        """Runs for every socket of every flush."""
        if self.state != _OPEN:
            return
        if frame.is_passing and self.is_behind():
            self.vitals.spared += 1
            return
        data = frame.deflated if self._deflates else frame.plain
        if self._soon:
            data, self._soon = self._soon + data, b""
        transport = self.transport
        # `_put_out`, without the calls.
        if self._waiting or transport._tempDataLen or len(transport.dataBuffer) != transport.offset:
            self._wait(data)
        elif (sent := _send(transport.fileno(), data, len(data), _SEND_FLAGS)) != len(data):
            transport.write(data[max(sent, 0) :])

    def write_soon(self, frame: Frame) -> None:
        """An answer so goes out with the event it made: one call of the kernel, one wake-up of the reader."""
        if self.state != _OPEN:
            return
        if not self._soon:
            asyncio.get_running_loop().call_soon(self._write_soon)
        self._soon += frame.deflated if self._deflates else frame.plain

    def _write_soon(self) -> None:
        data, self._soon = self._soon, b""
        if data and self.state == _OPEN:
            self._put_out(data)

    def _put_out(self, data: bytes) -> None:
        """Sends what the kernel takes and keeps the rest."""
        if self.is_behind():
            self._wait(data)
            return
        sent = _send(self.transport.fileno(), data, len(data), _SEND_FLAGS)
        if sent != len(data):
            self.transport.write(data[max(sent, 0) :])  # which finds an error, too

    def close(self, code: int) -> None:
        """Any code: `sendClose` allows applications only some. What was written before goes first."""
        if self.state != _OPEN or self._close_code is not None:
            return
        self._write_soon()
        if self.state != _OPEN:
            return  # that was too much for it
        self._close_code = code
        if self._waiting:
            asyncio.get_running_loop().call_later(CLOSE_HANDSHAKE_SECONDS, self._abort)
        else:
            self.sendCloseFrame(code=code)
        self.take_more()  # the answer to it

    def resumeProducing(self) -> None:
        """Twisted's call: the kernel took all that it held. Nothing may follow a Close (RFC 6455 §5.5.1)."""
        if self.state != _OPEN and self._waiting:
            self._stop_waiting()
        if not self._waiting or self._held_by_twisted():
            return
        part: list[bytes] = []
        size = 0
        while self._waiting and size < WRITE_BYTES:
            data = self._waiting.popleft()
            self._backlog -= len(data)
            part.append(data or self._take_pong())
            size += len(part[-1])
        self.transport.write(b"".join(part))
        if not self._waiting:
            self._stop_waiting()
            if self._close_code is not None:
                self.sendCloseFrame(code=self._close_code)

    def stopProducing(self) -> None:
        """Twisted's call: the connection is gone."""
        self._waiting = None

    def _wait(self, data: bytes) -> None:
        if self._held_by_twisted() + self._backlog + len(data) > self._backlog_bound:
            log.info("A reader is too slow and is cut off; it catches up when it comes back.")
            self.vitals.slow_readers += 1
            self._cut_off(_TOO_SLOW)
            return
        self._backlog += len(data)
        if self._waiting is None:
            self._waiting = deque([data])
            self.transport.registerProducer(self, False)
        else:
            self._waiting.append(data)

    def _cut_off(self, bye: Bye) -> None:
        """What Twisted holds ends where a frame ends: this may follow it. Nothing else will."""
        if self._waiting:
            self._stop_waiting()
        self._soon = b""
        self._close_code = bye.code
        self.transport.write(_farewell(bye))
        self.sendCloseFrame(code=bye.code)
        self.application_queue.put_nowait({"type": "websocket.disconnect", "code": bye.code})
        self.take_more()

    def _stop_waiting(self) -> None:
        self._waiting = None
        self._backlog = 0
        self.transport.unregisterProducer()

    def is_behind(self) -> bool:
        transport = self.transport
        return bool(
            self._waiting or transport._tempDataLen or len(transport.dataBuffer) != transport.offset
        )

    def is_gone(self) -> bool:
        return bool(self.state != _OPEN)

    def _held_by_twisted(self) -> int:
        """Bytes."""
        transport = self.transport
        held: int = len(transport.dataBuffer) - transport.offset + transport._tempDataLen
        return held

    def _abort(self) -> None:
        if self.state == _OPEN:
            self.dropConnection(abort=True)

    def dropConnection(self, abort: bool = False) -> None:  # noqa: FBT001, FBT002 - Autobahn's call
        """Who does not read never takes the last bytes, and Twisted would wait for ever to send them."""
        if self.state != _CLOSED and not abort and self.is_behind():
            if self._waiting:
                self._stop_waiting()
            transport = self.transport
            asyncio.get_running_loop().call_later(
                CLOSE_HANDSHAKE_SECONDS, transport.abortConnection
            )
        super().dropConnection(abort)

    def onPing(self, payload: bytes) -> None:
        """Of those that come while something is unsent one is answered, the last (RFC 6455 §5.5.3)."""
        if self.state != _OPEN:
            return
        pong = bytes((_PONG, len(payload))) + payload
        if not self.is_behind():
            self._put_out(pong)
            return
        if self._pong is None:
            self._wait(_PONGS_PLACE)
        self._pong = pong

    def _take_pong(self) -> bytes:
        pong, self._pong = self._pong or b"", None
        return pong


@cache
def _farewell(bye: Bye) -> bytes:
    return Frame(encode(bye)).plain
