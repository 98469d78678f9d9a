"""The WebSocket side of our server: one connection, its life and its frames in.

Autobahn shakes hands, judges whatever is unusual and closes. Two ways are ours, since they are walked for
every message: that out is in `outgoing.py`, that in is here. A whole, masked text frame is unmasked and
decoded in one go; fragments, control frames and violations are Autobahn's. While MAX_INBOX messages wait for
the application, the socket is not read.
"""

import logging
import zlib
from time import monotonic
from typing import Any

from autobahn.websocket.protocol import WebSocketServerProtocol
from daphne.ws_protocol import WebSocketFactory
from twisted.internet.tcp import Server as TcpTransport
from twisted.internet.unix import Server as UnixTransport

from chat.frames import DEFLATE_TAIL, DEFLATED_TEXT, TEXT
from chat.limits import TokenBucket
from chat.protocol import codes
from chat.protocol.events import Bye
from chat.protocol.limits import FLOOD_PAUSE_MS, MAX_FRAME_BYTES

from . import deflate, slimming
from .handshake import Upgraded
from .inbox import MAX_INBOX
from .incoming import Head, read_head, unmasked
from .outgoing import CLOSE_HANDSHAKE_SECONDS, Outgoing
from .pulse import Pulse, Verdict
from .vitals import Vitals

CLOSE_FRAME = 0x8
# Control frames and fragments: Autobahn takes 70 us for each, and 64 KB hold ten thousand.
ODD_FRAMES_PER_SECOND, ODD_FRAME_BURST = 50, 300
CLOSING_BYTES = 256 * 1024  # that are looked through for the answer to our close

log = logging.getLogger(__name__)

_TOO_ODD = Bye(
    code=codes.CLOSE_FLOODING, reason="Too many control frames.", retry_after=FLOOD_PAUSE_MS
)

_SILENT = Bye(code=codes.CLOSE_TIMED_OUT, reason="Nothing was heard of you.")

_CONNECTING = Outgoing.STATE_CONNECTING
_OPEN = Outgoing.STATE_OPEN


class ChatProtocol(Upgraded, Outgoing):
    """A WebSocket with a straight way in and, as `Outgoing`, a straight way out."""

    CONFIG_ATTRS = ()  # not copied to each connection: see ChatFactory

    data: bytes
    current_frame: Any = None
    inside_message = False
    _is_asking = False  # the application, whether to accept
    _rest = b""  # of a frame that is not all here, or of a socket that is not read
    _is_paused = False
    _odd_frames: TokenBucket | None = None
    _since_close = 0  # bytes

    def connectionMade(self) -> None:
        """As Autobahn's, but without a description of the transport that nobody reads."""
        self._pulse = Pulse()
        self.peer = ""
        self._connectionMade()

    def _onOpen(self) -> None:
        self.onOpen()

    @property
    def is_plain(self) -> bool:
        """TLS and wrapped transports keep buffers of their own, which must not be overtaken."""
        return isinstance(self.transport, TcpTransport | UnixTransport)

    @property
    def vitals(self) -> Vitals:
        vitals: Vitals = self.factory.server_class.vitals
        return vitals

    def onConnect(self, request: Any) -> Any:
        """Daphne takes this header for ASCII and would trip over anything else."""
        header = "sec-websocket-protocol"
        if header in request.headers:
            request.headers[header] = request.headers[header].encode("ascii", "replace").decode()
        self._is_asking = True
        return super().onConnect(request)

    def serverAccept(self, subprotocol: str | None = None) -> None:
        """Where Autobahn trips over the answer it leaves the connection neither open nor refused."""
        super().serverAccept(subprotocol)
        if self.state == _CONNECTING:
            log.error("A handshake could not be answered.")
            self.transport.abortConnection()

    def onOpen(self) -> None:
        super().onOpen()
        self._is_asking = False
        self._deflates = self._perMessageCompress is not None
        self.bound_backlog(self.factory.server_class.limits.backlog_bytes)
        slimming.forget(self)
        self._rest, self.data = self.data + self._rest, b""
        self._take_frames()

    def onClose(self, wasClean: bool, code: int | None, reason: str | None) -> None:  # noqa: FBT001
        self._waiting = None
        super().onClose(wasClean, self._close_code or code, reason)

    def handle_exception(self, exception: Exception) -> None:
        """Daphne's loop that tells of a failed application would end with one that cannot be told, and no one
        who has gone would be cleared away any more."""
        if self.state == _CONNECTING and not hasattr(self, "handshake_deferred"):
            self.transport.abortConnection()
        else:
            super().handle_exception(exception)

    def check_timeouts(self) -> None:
        """Daphne calls it every two seconds."""
        if self.state == _CONNECTING:
            super().check_timeouts()
        elif self.state == _OPEN and self.is_plain and not self._is_paused:
            verdict = self._pulse.check(self.transport)
            if verdict is Verdict.ASK:
                self.sendPing(b"?")
            elif verdict is Verdict.DEAD:
                self._cut_off(_SILENT)

    def dataReceived(self, data: bytes) -> None:
        self._pulse.heard_at = monotonic()
        if self._is_asking:
            self._keep_early(data)
        elif self.state == _CONNECTING or self.current_frame is not None:
            self._dataReceived(data)
        elif self.state == _OPEN or self._is_worth_reading(data):
            self._rest += data
            self._take_frames()

    def take_more(self) -> None:
        """The application has taken up what had queued: reads on."""
        if self._is_paused:
            self._is_paused = False
            self.transport.resumeProducing()
            self._take_frames()

    def _keep_early(self, data: bytes) -> None:
        """Frames that come before the handshake is answered: Autobahn would take them for another one."""
        self._rest += data
        if len(self._rest) > MAX_FRAME_BYTES:
            self.dropConnection(abort=True)

    def _is_worth_reading(self, data: bytes) -> bool:
        """Whoever goes on and on instead of closing is not waited for."""
        self._since_close += len(data)
        if self._since_close > CLOSING_BYTES:
            self.dropConnection(abort=True)
            return False
        return True

    def _take_frames(self) -> None:
        """Takes the frames that are all here, for as long as the application keeps up."""
        data, self._rest = self._rest, b""
        at = 0
        while not self._is_paused and (head := read_head(data, at)):
            is_too_long = head.end - head.payload > MAX_FRAME_BYTES
            if head.end > len(data) and not is_too_long:
                break
            if self.state == _OPEN:
                self._take_frame(data, at, head)
            elif data[at] & 0x0F == CLOSE_FRAME:
                self._dataReceived(data[at : head.end])
            at = head.end
        self._rest = data[at:]

    def _take_frame(self, data: bytes, at: int, head: Head) -> None:
        is_whole_text = head.is_simple and head.end <= len(data) and not self.inside_message
        if is_whole_text and data[at] == TEXT:
            self._take_text(unmasked(data, head))
        elif is_whole_text and data[at] == DEFLATED_TEXT and self._deflates:
            self._take_deflated(unmasked(data, head))
        elif self._is_odd_too_often():
            self._cut_off(_TOO_ODD)
        else:
            self._dataReceived(data[at : head.end])

    def _is_odd_too_often(self) -> bool:
        if self._odd_frames is None:
            self._odd_frames = TokenBucket(ODD_FRAMES_PER_SECOND, ODD_FRAME_BURST)
        return self._odd_frames.take() > 0

    def _take_text(self, payload: bytes) -> None:
        if len(payload) > MAX_FRAME_BYTES:
            self._fail_connection(codes.CLOSE_TOO_BIG, "The message is too large.")
            return
        try:
            self._deliver(payload.decode())
        except UnicodeDecodeError:
            self._invalid_payload("The text is not UTF-8.")

    def _take_deflated(self, payload: bytes) -> None:
        """RFC 7692 §7.2.2, without a window that would have to be kept; inflates no more than is allowed."""
        inflate = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            text = inflate.decompress(payload + DEFLATE_TAIL, MAX_FRAME_BYTES + 1)
        except zlib.error:
            self._invalid_payload("The message cannot be decompressed.")
        else:
            self._take_text(text)

    def onMessage(self, payload: bytes, isBinary: bool) -> None:  # noqa: FBT001 - Autobahn's call
        """One that came in fragments, or a binary one."""
        if self._perMessageCompress is not None:
            self._perMessageCompress._decompressor = None
        self._deliver(None if isBinary else payload.decode())

    def _deliver(self, text: str | None) -> None:
        inbox = self.application_queue
        inbox.put_nowait({"type": "websocket.receive", "text": text})
        if len(inbox) >= MAX_INBOX and not self._is_paused:
            self._is_paused = True
            self.transport.pauseProducing()


for _name, _value in slimming.IN_COMMON.items():
    setattr(ChatProtocol, _name, _value)


class ChatFactory(WebSocketFactory):
    protocol = ChatProtocol

    def setProtocolOptions(self, **options: Any) -> None:
        super().setProtocolOptions(
            **options
            | {
                "maxFramePayloadSize": MAX_FRAME_BYTES,
                "maxMessagePayloadSize": MAX_FRAME_BYTES,
                "failByDrop": False,  # a too large frame gets its 1009
                "openHandshakeTimeout": 0,  # `check_timeouts` has the one that counts
                "closeHandshakeTimeout": CLOSE_HANDSHAKE_SECONDS,
                "perMessageCompressionAccept": deflate.accept,
            }
        )
        # Autobahn copies the options to every connection. Ours all have those of the one factory.
        for name in WebSocketServerProtocol.CONFIG_ATTRS:
            value = getattr(self, name)
            setattr(self.protocol, name, staticmethod(value) if callable(value) else value)
