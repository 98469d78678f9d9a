"""HTTP as it arrives: what is too long, too slow or no HTTP is answered in a line and sent away.

Twisted parses; here is what it may spend on a connection. A request is refused as soon as it is known to be
too much: by its Content-Length before any body is read, by counting where a body comes in chunks. Whoever is
refused gets the answer, then the end of our side; what they still send is read and dropped for a moment,
because closing on unread bytes would reset the connection and take the answer away with it.
"""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from twisted.web import http

from . import access_log, addresses
from .limits import MAX_HEADER_BYTES, MAX_HEADERS
from .request import ChatRequest
from .visits import Phase

if TYPE_CHECKING:
    from .server import ChatServer

LEAST_BYTES_PER_SECOND = 1024
CHUNKING_BYTES = (
    64 * 1024
)  # beside as much again as the body may have: chunks of one byte are no use
MAX_LENGTH_DIGITS = 15
RETRY_SECONDS = 5


class ChatChannel(http.HTTPChannel):
    """One connection that speaks HTTP, the `Guest` of its visit."""

    requestFactory = ChatRequest  # noqa: N815 - its name in Twisted
    timeOut = None  # noqa: N815 - the visit's phases have the time limits
    maxHeaders = MAX_HEADERS  # noqa: N815
    totalHeadersSize = MAX_HEADER_BYTES  # noqa: N815
    MAX_LENGTH = MAX_HEADER_BYTES
    factory: ChatHTTPFactory

    def __init__(self) -> None:
        super().__init__()
        self.visit: Any = None  # a `Visit`, from connectionMade on
        self.upgraded: Any = None  # the WebSocket that the connection has become
        self.is_refused = False
        self._body_bytes = self._body_limit = self._due_bytes = 0
        self._unsent_before = 0
        self._drained: asyncio.Event | None = None

    # ---- in

    def connectionMade(self) -> None:
        super().connectionMade()
        server = self.factory.server
        address = addresses.peer_address(self.transport.getPeer())
        # Behind a proxy the peer is the proxy. Whose request it is its header will say.
        counted = None if server.client_ip_header else addresses.counts_for(address)
        self.visit = server.visits.begin(self, address, counted)
        if self.visit is None:
            self.is_refused = True
            self.abort()

    def dataReceived(self, data: bytes) -> None:
        if self.is_refused:
            return
        if self.visit and self.visit.phase is Phase.IDLE:
            self._move(Phase.HEADER)
        super().dataReceived(data)

    def lineReceived(self, line: bytes) -> None:
        if self.is_refused:
            return
        if self._receivedHeaderSize + len(line) > self.totalHeadersSize:
            self.lineLengthExceeded(line)
        else:
            super().lineReceived(line)

    def lineLengthExceeded(self, line: bytes) -> None:
        is_request_line = self._receivedHeaderSize == 0
        self.refuse(414 if is_request_line else 431)

    def headerReceived(self, line: bytes) -> bool:
        if self.is_refused:
            return False
        if self._receivedHeaderCount >= self.maxHeaders:
            self.refuse(431)
            return False
        return bool(super().headerReceived(line))

    def _maybeChooseTransferDecoder(self, header: bytes, data: bytes) -> bool:
        if header == b"Content-Length" and data.isdigit() and len(data) > MAX_LENGTH_DIGITS:
            self.refuse(413)  # Python refuses to read a number of thousands of digits
            return False
        return bool(super()._maybeChooseTransferDecoder(header, data))

    def allHeadersReceived(self) -> None:
        if self.is_refused:
            return
        self._body_limit = self.factory.server.limits.body_bytes(self._path.partition(b"?")[0])
        if self.length is not None and self.length > self._body_limit:
            self.refuse(413)
            return
        if not self._is_welcome():
            self.refuse(429)
            return
        super().allHeadersReceived()
        self._body_bytes = self._due_bytes = 0
        self._move(Phase.BODY)

    def _is_welcome(self) -> bool:
        """Now that the headers have said whose request it is."""
        server, visit = self.factory.server, self.visit
        server.see_address(self.requests[-1])
        return server.visits.count_under(visit, addresses.counts_for(visit.address))

    def rawDataReceived(self, data: bytes) -> None:
        if self.upgraded:
            self.upgraded.dataReceived(data)  # came with the handshake, in one segment
            return
        if self.is_refused:
            return
        if not self._handlingRequest:
            self._body_bytes += len(data)
            if self.length is None and self._body_bytes > 2 * self._body_limit + CHUNKING_BYTES:
                self.refuse(413)
                return
        super().rawDataReceived(data)

    def body_grew(self, size: int) -> bool:
        """Whether the body may have that size. A length that was not told must be counted."""
        if size > self._body_limit:
            self.refuse(413)
        return not self.is_refused

    def allContentReceived(self) -> None:
        if not self.is_refused:
            self._move(Phase.ANSWER)
            super().allContentReceived()

    # ---- out

    def checkPersistence(self, request: Any, version: bytes) -> bool:
        if self.factory.server.is_ending:
            request.responseHeaders.setRawHeaders(b"Connection", [b"close"])
            return False
        return bool(super().checkPersistence(request, version))

    def requestDone(self, request: Any) -> None:
        if self.factory.server.is_ending:
            self.persistent = False
        if self.factory.server.client_ip_header and self.visit:
            self.factory.server.visits.count_under(self.visit, None)  # the proxy's again
        self._move(Phase.IDLE)
        super().requestDone(request)

    def refuse(self, status: int) -> None:
        """One short answer, and no more from this connection. Headers that hurry a proxy included."""
        if self.is_refused:
            return
        self.is_refused = True
        self.transport.write(_short_answer(status))
        self.factory.server.vitals.answers[status] += 1
        access_log.refused(self, status)
        self._networkProducer.unregisterProducer()
        self.transport.loseWriteConnection()
        self.transport.resumeProducing()
        self._move(Phase.LEAVING)

    def _respondToBadRequestAndDisconnect(self) -> None:
        self.refuse(400)

    def loseConnection(self) -> None:
        """Leaves once all is sent; whoever does not read it is left."""
        self._move(Phase.LEAVING)
        super().loseConnection()

    def abort(self) -> None:
        self.transport.abortConnection()

    # ---- a visitor that reads slowly

    def pauseProducing(self) -> None:
        super().pauseProducing()
        self._drained = asyncio.Event()
        if self.visit and self.visit.phase is Phase.ANSWER:
            self._move(Phase.SENDING)

    def resumeProducing(self) -> None:
        super().resumeProducing()
        self._release()
        if self.visit and self.visit.phase is Phase.SENDING:
            self._move(Phase.ANSWER)

    @property
    def has_to_drain(self) -> bool:
        return self._drained is not None

    async def drain(self) -> None:
        """Waits until the visitor has read most of what was written."""
        if self._drained:
            await self._drained.wait()

    def _release(self) -> None:
        if self._drained:
            self._drained.set()
            self._drained = None

    # ---- ends

    def is_busy(self) -> bool:
        """Whether a request is under way, or an answer."""
        has_begun = bool(self._buffer or self.requests)
        return (has_begun and not self.is_refused) or self._unsent() > 0

    def leave(self) -> None:
        self.loseConnection()

    def expire(self, phase: Phase) -> None:
        if phase is Phase.HEADER:
            self._refuse_the_slow()
        elif phase is Phase.BODY:
            self._want_more_of_the_body()
        elif self._is_being_read():
            self._move(phase)
        elif phase is Phase.IDLE and not self._unsent():
            self.loseConnection()
        else:
            self.abort()

    def _refuse_the_slow(self) -> None:
        if self._buffer or self.requests:
            self.refuse(408)
        else:
            self.loseConnection()  # a browser's connection in reserve: it asked nothing

    def _want_more_of_the_body(self) -> None:
        span = self.factory.server.limits.body_seconds
        if self._body_bytes - self._due_bytes < span * LEAST_BYTES_PER_SECOND:
            self.refuse(408)
        else:
            self._due_bytes = self._body_bytes
            self._move(Phase.BODY)

    def _is_being_read(self) -> bool:
        """Whether some of what was unsent has been taken since this was last asked."""
        before, self._unsent_before = self._unsent_before, self._unsent()
        if self.is_refused or not self._unsent_before:
            return False
        return before == 0 or self._unsent_before < before

    def _unsent(self) -> int:
        transport = self.transport
        return len(transport.dataBuffer) - transport.offset + transport._tempDataLen

    def connectionLost(self, reason: Any) -> None:
        super().connectionLost(reason)
        self._release()
        if self.visit:
            self.factory.server.visits.end(self.visit)
            self.visit = None

    def _move(self, phase: Phase) -> None:
        if self.visit:
            self.factory.server.visits.move(self.visit, phase)


class ChatHTTPFactory(http.HTTPFactory):
    protocol = ChatChannel

    def __init__(self, server: ChatServer) -> None:
        super().__init__(timeout=None)
        self.server = server

    def log(self, request: Any) -> None:
        """Nothing: the access log is ours."""

    def startFactory(self) -> None:
        """Nothing: Twisted would only keep a clock for a log of its own."""

    def stopFactory(self) -> None:
        pass


def _short_answer(status: int) -> bytes:
    text = f"{status} {HTTPStatus(status).phrase}"
    lines = [
        f"HTTP/1.1 {text}",
        "Connection: close",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'",
        "X-Content-Type-Options: nosniff",
        f"Content-Length: {len(text) + 1}",
    ]
    if status in {429, 503}:
        lines.append(f"Retry-After: {RETRY_SECONDS}")
    if status == 426:
        lines += ["Upgrade: websocket", "Sec-WebSocket-Version: 13"]
    return "\r\n".join([*lines, "", f"{text}\n"]).encode()
