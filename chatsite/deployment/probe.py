"""Asks the site's public address, one connection a question."""

import base64
import http.client
import os
import socket
import ssl
from dataclasses import dataclass
from typing import Self, cast
from urllib.parse import SplitResult

WAIT_SECONDS = 10.0
EARLY_SECONDS = 2.0  # in which a proxy refuses a body by its announced length
MOST_BYTES = 512 * 1024


@dataclass(frozen=True, slots=True)
class Answer:
    """`headers` by lower-case name; of several of one name, all, with line breaks between them."""

    status: int
    headers: dict[str, str]
    body: str = ""

    def header(self, name: str) -> str:
        return self.headers.get(name.lower(), "")


@dataclass(frozen=True, slots=True)
class Stream:
    """What comes after a handshake. The response has read ahead, and would close what it read from."""

    raw: socket.socket
    response: http.client.HTTPResponse

    def read(self, size: int) -> bytes:
        data = self.response.fp.read(size)
        if len(data) < size:
            raise ConnectionResetError("it was closed")
        return data

    def close(self) -> None:
        self.response.close()
        self.raw.close()


class Probe:
    def __init__(self, site: SplitResult, trust: ssl.SSLContext | None = None) -> None:
        """`trust` decides on certificates; by default those that browsers trust."""
        self.site = site
        self.is_https = site.scheme == "https"
        self.host = site.hostname or ""
        self.port = site.port or (443 if self.is_https else 80)
        self._trust = trust or ssl.create_default_context()

    def without_proof(self) -> Self:
        """One that takes any certificate, so that one finding does not hide the others."""
        trust = ssl.create_default_context()
        trust.check_hostname = False
        trust.verify_mode = ssl.CERT_NONE
        return type(self)(self.site, trust)

    def certificate_ends(self) -> float:
        """When, in seconds since the epoch. Raises `ssl.SSLError` for one that browsers would not take."""
        with (
            socket.create_connection((self.host, self.port), WAIT_SECONDS) as plain,
            self._trust.wrap_socket(plain, server_hostname=self.host) as secure,
        ):
            certificate = secure.getpeercert() or {}
        return float(ssl.cert_time_to_seconds(str(certificate["notAfter"])))

    def get(self, path: str, **headers: str) -> Answer:
        connection = self._connection()
        try:
            connection.request("GET", path, headers=_named(headers))
            return _answer(connection.getresponse())
        finally:
            connection.close()

    def get_plainly(self, path: str) -> Answer | None:
        """The same by plain HTTP; None where nobody listens."""
        connection = http.client.HTTPConnection(self.host, 80, timeout=WAIT_SECONDS)
        try:
            connection.request("GET", path)
            return _answer(connection.getresponse())
        except OSError:
            return None
        finally:
            connection.close()

    def announce_upload(self, path: str, size: int) -> Answer | None:
        """Says that a body of that size comes, and sends none of it; None where that is waited for."""
        connection = self._connection()
        try:
            connection.putrequest("POST", path)
            connection.putheader("Content-Type", "application/octet-stream")
            connection.putheader("Content-Length", str(size))
            connection.endheaders()
            _socket_of(connection).settimeout(EARLY_SECONDS)
            return _answer(connection.getresponse())
        except TimeoutError:
            return None
        finally:
            connection.close()

    def upgrade(self, path: str, origin: str, *, cookie: str = "") -> tuple[Answer, Stream]:
        """A WebSocket's handshake. The stream is the caller's to close."""
        connection = self._connection()
        try:
            connection.putrequest("GET", path)
            for name, value in _handshake(origin, cookie):
                connection.putheader(name, value)
            connection.endheaders()
            raw = _socket_of(connection)
            response = http.client.HTTPResponse(raw, method="GET")
            response.begin()
            headers = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, headers), Stream(raw, response)
        except BaseException:
            connection.close()
            raise

    def _connection(self) -> http.client.HTTPConnection:
        if self.is_https:
            return http.client.HTTPSConnection(
                self.host, self.port, timeout=WAIT_SECONDS, context=self._trust
            )
        return http.client.HTTPConnection(self.host, self.port, timeout=WAIT_SECONDS)


def _socket_of(connection: http.client.HTTPConnection) -> socket.socket:
    """Of one that is open; what the library does not say is that there is one."""
    return cast(socket.socket, connection.sock)


def _handshake(origin: str, cookie: str) -> list[tuple[str, str]]:
    key = base64.b64encode(os.urandom(16)).decode()
    headers = [
        ("Upgrade", "websocket"),
        ("Connection", "Upgrade"),
        ("Sec-WebSocket-Key", key),
        ("Sec-WebSocket-Version", "13"),
        ("Sec-WebSocket-Protocol", "chat.v1"),
        ("Origin", origin),
    ]
    return headers + ([("Cookie", cookie)] if cookie else [])


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


def _answer(response: http.client.HTTPResponse) -> Answer:
    headers: dict[str, str] = {}
    for name, value in response.getheaders():
        known = headers.get(name.lower())
        headers[name.lower()] = value if known is None else f"{known}\n{value}"
    return Answer(response.status, headers, response.read(MOST_BYTES).decode("utf-8", "replace"))
