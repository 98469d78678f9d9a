"""A line for each request and each socket that has ended, where ACCESS_LOG asks for it.

    4711.12 203.0.113.7 GET /rooms/general/ 200 5120 bytes 12 ms
    4711.13 203.0.113.7 SOCKET /ws/ 1001 83.2 s

First comes the connection, by process and number, then whose it is. No line holds a query string, a header or
a body; what in a path opens a door (a set-up link, an invitation, a password reset) is cut.
"""

from __future__ import annotations

import logging
import re
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

if TYPE_CHECKING:
    from .http import ChatChannel
    from .request import ChatRequest
    from .visits import Visit

SECRET_PARTS = re.compile(r"^(/(?:accounts/(?:setup|password/reset/key)|invite)/)(?!done/$)[^/]+")
ABANDONED = 499  # nginx's number for a visitor who did not wait
ABNORMAL = 1006

log = logging.getLogger("chatsite.access")


def answered(request: ChatRequest) -> None:
    _request(request, request.code)


def abandoned(request: ChatRequest) -> None:
    _request(request, ABANDONED)


def refused(channel: ChatChannel, status: int) -> None:
    """What was refused may not have got as far as a method."""
    if not log.isEnabledFor(logging.INFO):
        return
    request = channel.requests[-1] if channel.requests else None
    method = request.method if request and request.path else getattr(channel, "_command", b"-")
    path = request.path if request and request.path else getattr(channel, "_path", b"-")
    log.info("%s %s %s %d", _who(channel.visit), _text(method), shown(path), status)


def socket_ended(protocol: Any) -> None:
    if not log.isEnabledFor(logging.INFO):
        return
    request = getattr(protocol, "request", None)
    path = request.path.encode("latin1", "replace") if request else b"-"
    code = protocol.localCloseCode or protocol.remoteCloseCode or ABNORMAL
    seconds = protocol.factory.server_class.visits.age(protocol.visit)
    log.info("%s SOCKET %s %d %.1f s", _who(protocol.visit), shown(path), code, seconds)


def shown(path: bytes) -> str:
    """A path as it may be shown: without its query string, and without what is secret in it."""
    path = path.partition(b"?")[0]
    plain = _text(unquote_to_bytes(path))  # however it was spelt
    return SECRET_PARTS.sub(r"\1…", plain) if SECRET_PARTS.match(plain) else _text(path)


def _request(request: ChatRequest, status: int) -> None:
    if not log.isEnabledFor(logging.INFO) or request.channel is None:
        return
    log.info(
        "%s %s %s %d %d bytes %d ms",
        _who(request.channel.visit),
        _text(request.method),
        shown(request.path),
        status,
        request.sentLength,
        (time.time() - request.request_start) * 1000,
    )


def _who(visit: Visit | None) -> str:
    return f"{visit.name} {visit.address or '-'}" if visit else "- -"


def _text(raw: bytes) -> str:
    """Printable ASCII only: a log line is a line."""
    return "".join(chr(byte) if 32 < byte < 127 else "?" for byte in raw[:1000])
