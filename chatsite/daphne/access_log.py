"""A line for each request and each socket that has ended, where ACCESS_LOG asks for it.

    4711.12/3 203.0.113.7 GET /rooms/general/ 200 5120 bytes 12 ms
    4711.13 203.0.113.7 SOCKET /ws/ 1001 83.2 s

First comes the connection, by process and number, and which request on it, then whose it is. No line holds a
query string, a header or a body; what in a path opens a door (a set-up link, an invitation, a password reset)
is cut. What watches the process asks every few seconds: it is told of only where it was refused.
"""

from __future__ import annotations

import logging
import time
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

from chatsite import monitoring
from chatsite.discretion import SECRET_PART

if TYPE_CHECKING:
    from .http import ChatChannel
    from .request import ChatRequest
    from .visits import Visit

ABANDONED = 499  # nginx's number for a visitor who did not wait
ABNORMAL = 1006

log = logging.getLogger("chatsite.access")


def answered(request: ChatRequest) -> None:
    if request.code != HTTPStatus.OK or request.path.decode("latin1") not in monitoring.PATHS:
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
    named = _named(channel.visit)
    asked = {"method": _text(method), "path": shown(path), "status": status}
    log.info("%s %s %s %d", _who(named), *asked.values(), extra={"fields": named | asked})


def socket_ended(protocol: Any) -> None:
    if not log.isEnabledFor(logging.INFO):
        return
    request = getattr(protocol, "request", None)
    path = request.path.encode("latin1", "replace") if request else b"-"
    named = _named(protocol.visit)
    ended = {
        "path": shown(path),
        "code": protocol.localCloseCode or protocol.remoteCloseCode or ABNORMAL,
        "seconds": round(protocol.factory.server_class.visits.age(protocol.visit), 1),
    }
    log.info(
        "%s SOCKET %s %d %.1f s", _who(named), *ended.values(), extra={"fields": named | ended}
    )


def shown(path: bytes) -> str:
    """A path as it may be shown: without its query string, and without what is secret in it."""
    path = path.partition(b"?")[0]
    plain = _text(unquote_to_bytes(path))  # however it was spelt
    return SECRET_PART.sub(r"\1…", plain) if SECRET_PART.match(plain) else _text(path)


def _request(request: ChatRequest, status: int) -> None:
    if not log.isEnabledFor(logging.INFO) or request.channel is None:
        return
    named = _named(request.channel.visit, request.name)
    asked = {
        "method": _text(request.method),
        "path": shown(request.path),
        "status": status,
        "bytes": request.sentLength,
        "milliseconds": int((time.time() - request.request_start) * 1000),
    }
    log.info(
        "%s %s %s %d %d bytes %d ms",
        _who(named),
        *asked.values(),
        extra={"fields": named | asked},
    )


def _named(visit: Visit | None, request: str = "") -> dict[str, str]:
    """Whose it was; the request where it came as far as to be one."""
    if visit is None:
        return {"connection": "-", "address": "-"}
    named = {"connection": visit.name, "address": visit.address or "-"}
    return named | {"request": request} if request else named


def _who(named: dict[str, str]) -> str:
    return f"{named.get('request') or named['connection']} {named['address']}"


def _text(raw: bytes) -> str:
    """Printable ASCII only: a log line is a line."""
    return "".join(chr(byte) if 32 < byte < 127 else "?" for byte in raw[:1000])
