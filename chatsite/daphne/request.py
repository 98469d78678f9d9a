"""One request: looked at before any application sees it, then answered by one.

What is wrong with a request in itself (its address, its Host, its headers) is said here, in one line with
status 400: further in, each of these would be an error of its own, some with a traceback.
"""

from __future__ import annotations

import asyncio
import logging
import re
import tempfile
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

from daphne.http_protocol import WebRequest
from daphne.utils import HEADER_NAME_RE, INVALID_HEADER_VALUE_BYTES
from django.conf import settings
from django.http.request import split_domain_port, validate_host
from django.utils.http import parse_header_parameters
from twisted.web import http

from chatsite import monitoring

from . import access_log, addresses, handshake

if TYPE_CHECKING:
    from .server import ChatServer

IN_MEMORY_BYTES = 64 * 1024
PIECE_BYTES = 64 * 1024
METHOD = re.compile(rb"[A-Z]{1,20}")
# `%` that begins no escape, and the NUL that no database takes.
BAD_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})|%00")
NUL_ESCAPE = b"%00"
WATCHED = frozenset(path.encode() for path in monitoring.PATHS)

log = logging.getLogger(__name__)


class ChatRequest(WebRequest):
    server: ChatServer
    channel: Any = None  # Twisted deletes its own when all is over
    application_queue: Any
    name = "-"
    _is_complete = False  # nothing more will come from the application

    def gotLength(self, length: int | None) -> None:
        """Small bodies stay in memory, the others in a file, of which the application gets pieces.

        Twisted closes it with the answer or the connection, `handshake` where neither comes.
        """
        self.content = tempfile.SpooledTemporaryFile(IN_MEMORY_BYTES)  # noqa: SIM115

    def parseCookies(self) -> None:
        """Nothing: Django does."""

    def handleContentChunk(self, data: bytes) -> None:
        if not self.channel.body_grew(self.content.tell() + len(data)):
            return
        try:
            self.content.write(data)
        except OSError:
            log.exception("A request's body could not be kept: is the disk full?")
            self.channel.refuse(503)

    def requestReceived(self, command: bytes, path: bytes, version: bytes) -> None:
        """Twisted's own would read the body to find the fields of a form in it."""
        self.method, self.uri, self.clientproto = command, path, version
        self.path, _, self.query_string = path.partition(b"?")
        self.process()

    def process(self) -> None:
        self.request_start = time.time()
        self.name = self.channel.visit.next_request()
        if not self._is_whole():
            self.channel.refuse(400)
        elif handshake.is_one(self):
            handshake.begin(self)
        else:
            self._ask_application()

    def _is_whole(self) -> bool:
        return (
            METHOD.fullmatch(self.method) is not None
            and self._has_good_address()
            and self._has_our_host()
            and self._has_good_headers()
            and self._has_good_content_type()
        )

    def _has_good_address(self) -> bool:
        """An absolute path in UTF-8, every escape of it whole."""
        if not (self.uri.isascii() and self.path.startswith(b"/")) or BAD_ESCAPE.search(self.path):
            return False
        try:
            unquote_to_bytes(self.path).decode()
        except UnicodeDecodeError:
            return False
        return NUL_ESCAPE not in self.query_string

    def _has_our_host(self) -> bool:
        """As Django would judge it, but without a traceback for every stranger's typing error.

        What watches the process may ask by its address. No page of another site can: its Host is a name.
        """
        hosts = self.requestHeaders.getRawHeaders(b"Host", [])
        if len(hosts) != 1:
            return False
        domain, _ = split_domain_port(hosts[0].decode("latin1"))
        if self.path in WATCHED and (domain == "localhost" or addresses.parse(domain)):
            return True
        return bool(domain) and validate_host(domain, settings.ALLOWED_HOSTS)

    def _has_good_headers(self) -> bool:
        return all(
            HEADER_NAME_RE.fullmatch(name)
            and not any(INVALID_HEADER_VALUE_BYTES.intersection(value) for value in values)
            for name, values in self.requestHeaders.getAllRawHeaders()
        )

    def _has_good_content_type(self) -> bool:
        """None, or one whose text is UTF-8. Of the codecs that Python knows, many fail in Django's hands,
        be it those of a form or those in which a parameter is written (RFC 2231)."""
        values = self.requestHeaders.getRawHeaders(b"Content-Type", [])
        if any(b"*" in value for value in values):
            return False
        try:
            _, params = parse_header_parameters(
                ",".join(value.decode("latin1") for value in values)
            )
        except ValueError:
            return False
        return params.get("charset", "utf-8").lower() == "utf-8"

    def headers(self) -> list[tuple[bytes, bytes]]:
        """As ASGI has them. A name with `_` would pass for the one with `-` (CVE-2015-0219)."""
        return [
            (name.lower(), value)
            for name, values in self.requestHeaders.getAllRawHeaders()
            for value in values
            if b"_" not in name
        ]

    def _ask_application(self) -> None:
        self.application_queue = Body(self.content)
        self.server.answer(
            self,
            {
                "type": "http",
                "asgi": {"version": "3.0"},
                "http_version": self.clientproto.removeprefix(b"HTTP/").decode(),
                "method": self.method.decode(),
                "path": unquote_to_bytes(self.path).decode(),
                "raw_path": self.path,
                "root_path": "",
                "scheme": "http",
                "query_string": self.query_string,
                "headers": self.headers(),
                "client": self.server.client_of(self.channel.visit, self.client),
                "server": _name(self.host),
                "extensions": {monitoring.EXTENSION: self.server.vitals},
            },
        )

    def handle_reply(self, message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start" and self.server.is_ending:
            self.responseHeaders.setRawHeaders(b"Connection", [b"close"])
        self._is_complete = message["type"] == "http.response.body" and not message.get(
            "more_body", False
        )
        super().handle_reply(message | {"more_body": True})
        if self._is_complete and self.channel is not None and not self.channel.has_to_drain:
            self._end()

    async def complete(self) -> None:
        """Ends the answer, where it is all there, as soon as the visitor has read most of it.

        The application has left by then: with it would wait its thread and its database connection.
        """
        if self._is_complete and self.channel is not None:
            await self.channel.drain()
            self._end()

    def _end(self) -> None:
        """Not where bytes are missing, for which the next answer would pass: `fail` comes after it."""
        if not self._lacks_bytes():
            super().handle_reply({"type": "http.response.body"})

    def _lacks_bytes(self) -> bool:
        """Whether less was sent than its headers have told."""
        if self.method == b"HEAD" or self.code in http.NO_BODY_CODES:
            return False
        told = self.responseHeaders.getRawHeaders(b"Content-Length", [b"0"])
        return self.sentLength < int(told[0])

    def fail(self, status: int) -> None:
        """The application will give no answer, or not the rest of it."""
        if self.channel is None or self.finished:
            return
        if self._response_started:
            self.channel.abort()
        else:
            self.channel.refuse(status)

    def finish(self) -> None:
        self.server.vitals.answers[self.code] += 1
        access_log.answered(self)
        super().finish()
        self.server.forget(self)

    def connectionLost(self, reason: Any) -> None:
        if self.application_queue is not None and not self.channel.is_refused:
            self.server.vitals.answers[access_log.ABANDONED] += 1
            access_log.abandoned(self)
        super().connectionLost(reason)
        self.server.forget(self)


class Body:
    """What the application receives: the body a piece at a time, and then that the visitor has gone.

    It takes the place of the queue into which Daphne would put the whole body before the application begins.
    """

    def __init__(self, content: Any) -> None:
        self._content = content
        self._left = content.seek(0, 2)
        self._is_read = False
        self._is_over = asyncio.Event()
        content.seek(0)

    async def get(self) -> dict[str, Any]:
        if self._is_read or self._is_over.is_set():
            await self._is_over.wait()
            return {"type": "http.disconnect"}
        piece = self._content.read(PIECE_BYTES)
        self._left -= len(piece)
        self._is_read = self._left <= 0
        if not self._is_read:
            await asyncio.sleep(0)  # a large one is copied between everybody else's turns
        return {"type": "http.request", "body": piece, "more_body": not self._is_read}

    def put_nowait(self, message: dict[str, Any]) -> None:
        """Daphne's word for a visitor who has gone, or whose answer is complete."""
        self._is_over.set()


def _name(host: Any) -> list[Any] | None:
    return [str(host.host), host.port] if hasattr(host, "host") else None
