"""The WebSocket side of our server: frames that are built once and written straight to the socket.

Daphne and Autobahn serialise, frame and buffer a message for every socket it goes to. Here the hub builds a
frame once and hands the same bytes to each socket; where Twisted holds nothing unsent for it they go to the
kernel at once, else they wait in Twisted's buffer as ever.
"""

import ctypes
import logging
import socket
from typing import Any

from daphne.ws_protocol import WebSocketFactory, WebSocketProtocol
from twisted.internet.tcp import Server as TcpTransport
from twisted.internet.unix import Server as UnixTransport

from chat.frames import Frame
from chat.protocol.limits import MAX_FRAME_BYTES

from .handshake import Upgraded

MAX_BACKLOG_BYTES = 1024 * 1024
CLOSE_HANDSHAKE_SECONDS = 5

log = logging.getLogger(__name__)

# Through PyDLL the call keeps the GIL: a send takes microseconds, but giving the GIL away and waiting for
# it back takes a busy neighbour thread's whole time slice, for every socket of a flush.
_libc = ctypes.PyDLL(None, use_errno=True)
_libc.send.argtypes = (ctypes.c_int, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_int)
_libc.send.restype = ctypes.c_ssize_t
_SEND_FLAGS = getattr(socket, "MSG_NOSIGNAL", 0) | socket.MSG_DONTWAIT


class ChatProtocol(Upgraded, WebSocketProtocol):
    """A WebSocket with a straight way out; the `Transport` of `chat.sockets`."""

    def onConnect(self, request: Any) -> Any:  # noqa: N802 - its name in Autobahn
        """Daphne takes this header for ASCII and would trip over anything else."""
        header = "sec-websocket-protocol"
        if header in request.headers:
            request.headers[header] = request.headers[header].encode("ascii", "replace").decode()
        return super().onConnect(request)

    def write(self, frame: Frame) -> None:
        if self.state != self.STATE_OPEN:
            return
        data = frame.wire
        unsent = self._unsent_bytes()
        if unsent + len(data) > MAX_BACKLOG_BYTES:
            log.info("A reader is too slow and is cut off; it catches up when it comes back.")
            self.transport.abortConnection()
            return
        if not unsent and not self.send_queue and self._is_plain():
            data = data[self._send_now(data) :]
        if data:
            self.transport.write(data)

    def close(self, code: int) -> None:
        """Any code: `sendClose` allows applications only some."""
        if self.state == self.STATE_OPEN:
            self.sendCloseFrame(code=code)

    def _send_now(self, data: bytes) -> int:
        """Bytes that the kernel took; an error is left for Twisted's own write to find."""
        sent: int = _libc.send(self.transport.fileno(), data, len(data), _SEND_FLAGS)
        return max(sent, 0)

    def _unsent_bytes(self) -> int:
        transport = self.transport
        if not self._is_plain():
            return 0
        return len(transport.dataBuffer) - transport.offset + transport._tempDataLen

    def _is_plain(self) -> bool:
        """TLS and wrapped transports keep buffers of their own, which must not be overtaken."""
        return isinstance(self.transport, TcpTransport | UnixTransport)


class ChatFactory(WebSocketFactory):
    protocol = ChatProtocol

    def setProtocolOptions(self, **options: Any) -> None:  # noqa: N802 - its name in Autobahn
        super().setProtocolOptions(
            **options
            | {
                "maxFramePayloadSize": MAX_FRAME_BYTES,
                "maxMessagePayloadSize": MAX_FRAME_BYTES,
                "failByDrop": False,  # a too large frame gets its 1009
                "closeHandshakeTimeout": CLOSE_HANDSHAKE_SECONDS,
            }
        )
