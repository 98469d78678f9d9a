"""Our Daphne: the stock server, with frames that are built once and written straight to the socket.

Daphne and Autobahn serialise, frame and buffer a message for every socket it goes to. Here the hub builds a
frame once and hands the same bytes to each socket; where Twisted holds nothing unsent for it they go to the
kernel at once, else they wait in Twisted's buffer as ever. Applications find this in their scope under
`chat.sockets.EXTENSION`.
"""

import asyncio
import ctypes
import logging
import socket
from typing import Any

import daphne.server
from daphne.server import twisted_loop
from daphne.ws_protocol import WebSocketFactory, WebSocketProtocol
from twisted.internet import defer
from twisted.internet.tcp import Server as TcpTransport
from twisted.internet.unix import Server as UnixTransport
from twisted.python.failure import Failure

from chat.frames import Frame
from chat.hub import hub
from chat.protocol import codes
from chat.protocol.codec import encode
from chat.protocol.events import Bye
from chat.protocol.limits import MAX_FRAME_BYTES, RESTART_SPREAD_MS
from chat.sockets import EXTENSION
from chat.writer import writer

MAX_BACKLOG_BYTES = 1024 * 1024
PING_SECONDS = 20
PONG_SECONDS = 15  # below PING_SECONDS: a second ping would orphan the first one's timer
CLOSE_HANDSHAKE_SECONDS = 5
SHUTDOWN_SECONDS = 5

log = logging.getLogger(__name__)

# Through PyDLL the call keeps the GIL: a send takes microseconds, but giving the GIL away and waiting for
# it back takes a busy neighbour thread's whole time slice, for every socket of a flush.
_libc = ctypes.PyDLL(None, use_errno=True)
_libc.send.argtypes = (ctypes.c_int, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_int)
_libc.send.restype = ctypes.c_ssize_t
_SEND_FLAGS = getattr(socket, "MSG_NOSIGNAL", 0) | socket.MSG_DONTWAIT


class ChatProtocol(WebSocketProtocol):
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


daphne.server.WebSocketFactory = ChatFactory


class ChatServer(daphne.server.Server):
    def __init__(self, application: Any, endpoints: list[str]) -> None:
        super().__init__(
            application,
            endpoints,
            ping_interval=PING_SECONDS,
            ping_timeout=PONG_SECONDS,
            websocket_timeout=-1,
            websocket_handshake_timeout=20,
            server_name="",
        )
        self.failure: str | None = None

    def run(self) -> None:
        twisted_loop.call_soon(hub.start)
        super().run()

    def create_application(self, protocol: Any, scope: dict[str, Any]) -> Any:
        if isinstance(protocol, ChatProtocol):
            scope.setdefault("extensions", {})[EXTENSION] = protocol
        return super().create_application(protocol, scope)

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
