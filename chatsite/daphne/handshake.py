"""From HTTP to a WebSocket. A handshake is judged here (RFC 6455 §4): Autobahn sees only whole ones.

`Upgraded` is what a WebSocket needs of this: its visit, which goes on.
"""

from __future__ import annotations

import base64
import binascii
import logging
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from . import access_log
from .visits import Phase, Visit

if TYPE_CHECKING:
    from .request import ChatRequest

MAX_SUBPROTOCOLS_BYTES = 1024
MAX_EXTENSIONS_BYTES = 1024

log = logging.getLogger(__name__)


def is_one(request: ChatRequest) -> bool:
    """Whether it means to be a handshake, however badly it does it."""
    headers = request.requestHeaders
    return headers.hasHeader(b"Sec-WebSocket-Key") or b"websocket" in _words(request, b"Upgrade")


def begin(request: ChatRequest) -> None:
    """Gives the connection to a WebSocket of its own, or says what is wrong with the handshake."""
    status = _is_refused_with(request)
    if not status and not request.server.lets_sockets_in:
        status = 503
    if status:
        request.channel.refuse(status)
    else:
        _upgrade(request)


def _is_refused_with(request: ChatRequest) -> int:
    if request.method != b"GET" or request.clientproto != b"HTTP/1.1" or _has_body(request):
        return 400
    if b"websocket" not in _words(request, b"Upgrade"):
        return 426
    if b"upgrade" not in _words(request, b"Connection"):
        return 400
    if _values(request, b"Sec-WebSocket-Version") != [b"13"]:
        return 426
    is_whole = (
        _is_key(_values(request, b"Sec-WebSocket-Key"))
        and _is_origin(_values(request, b"Origin"))
        and _is_short_ascii(request, b"Sec-WebSocket-Protocol", MAX_SUBPROTOCOLS_BYTES)
        and _is_short_ascii(request, b"Sec-WebSocket-Extensions", MAX_EXTENSIONS_BYTES)
    )
    return 0 if is_whole else 400


def _has_body(request: ChatRequest) -> bool:
    headers = request.requestHeaders
    return (
        headers.hasHeader(b"Transfer-Encoding")
        or headers.getRawHeaders(b"Content-Length", [b"0"])[0].strip(b"0") != b""
    )


def _is_key(values: list[bytes]) -> bool:
    """Sixteen bytes in base64 (RFC 6455 §4.1)."""
    try:
        return len(values) == 1 and len(base64.b64decode(values[0], validate=True)) == 16
    except binascii.Error:
        return False


def _is_origin(values: list[bytes]) -> bool:
    """None, or one that can be compared. Whether it may come in is for the application to say."""
    if len(values) > 1 or not all(value.isascii() for value in values):
        return False
    try:
        return all(urlsplit(value.decode()).port != 0 for value in values)
    except ValueError:
        return False


def _is_short_ascii(request: ChatRequest, name: bytes, most: int) -> bool:
    value = b",".join(_values(request, name))
    return value.isascii() and len(value) <= most


def _values(request: ChatRequest, name: bytes) -> list[bytes]:
    return list(request.requestHeaders.getRawHeaders(name, []))


def _words(request: ChatRequest, name: bytes) -> set[bytes]:
    return {word.strip().lower() for word in b",".join(_values(request, name)).split(b",")}


def _upgrade(request: ChatRequest) -> None:
    """As Daphne does it: Autobahn gets the transport, and reads the handshake once more by itself."""
    channel, server = request.channel, request.server
    protocol = server.ws_factory.buildProtocol(channel.transport.getPeer())
    protocol._raw_query_string = request.query_string
    protocol.visit = channel.visit
    channel.visit.guest = protocol
    server.visits.move(channel.visit, Phase.SOCKET)
    transport = channel.transport
    channel._networkProducer.unregisterProducer()
    channel.upgraded = transport.protocol = protocol
    channel.requests.remove(request)  # they know each other
    server.forget(request)
    request.content.close()  # Twisted would with an answer: there is none
    try:
        protocol.makeConnection(transport)
        protocol.dataReceived(_as_sent(request))
    except Exception:  # Autobahn raises whatever its parser trips over
        log.warning("A handshake could not be read.", exc_info=log.isEnabledFor(logging.DEBUG))
        transport.abortConnection()
    transport.resumeProducing()


def _as_sent(request: ChatRequest) -> bytes:
    lines = [b"GET " + request.uri + b" HTTP/1.1"]
    lines += [
        name + b": " + b",".join(values)
        for name, values in request.requestHeaders.getAllRawHeaders()
        if name.lower() != b"daphne-root-path"  # Daphne would believe it, whoever sent it
    ]
    return b"\r\n".join([*lines, b"", b""])


class Upgraded:
    """For the WebSocket protocol, before Daphne's own."""

    visit: Visit
    factory: Any
    transport: Any
    is_closed: Any
    closeHandshakeTimeoutCall: Any  # noqa: N815 - Autobahn's
    state: int
    STATE_CONNECTING: int

    def connectionLost(self, reason: Any) -> None:
        try:
            super().connectionLost(reason)  # type: ignore[misc]
        finally:  # else it would be counted for ever
            self.factory.server_class.visits.end(self.visit)
        if (timer := self.closeHandshakeTimeoutCall) is not None:
            timer.cancel()  # else it would hold what has gone for seconds
            self.closeHandshakeTimeoutCall = None
        access_log.socket_ended(self)
        del self.visit, self.is_closed  # which know it

    def onClose(self, was_clean: bool, code: int | None, reason: str | None) -> None:  # noqa: FBT001
        """Daphne's trips over a handshake that did not get as far as onConnect, and over one that it has
        refused and forgotten, whose peer has been slow to take the refusal."""
        if self in self.factory.server_class.connections:
            super().onClose(was_clean, code, reason)  # type: ignore[misc]

    def expire(self, phase: Phase) -> None:
        """Never asked: its pulse notices the dead."""

    def is_busy(self) -> bool:
        """Whether it is being let in."""
        return bool(self.state == self.STATE_CONNECTING)

    def leave(self) -> None:
        """Never asked: sockets are told why they have to go."""

    def abort(self) -> None:
        self.transport.abortConnection()
