"""HTTP down to its bytes: what is sent as it is, and all that comes back until the server closes."""

import re
import socket
from dataclasses import dataclass

from tests.server import Server

DEADLINE_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Reply:
    """`status` is 0 where the server closed without a word."""

    status: int
    raw: bytes

    @property
    def is_short_and_final(self) -> bool:
        """A line of plain text, and the end of the connection announced."""
        head, _, body = self.raw.partition(b"\r\n\r\n")
        return (
            b"\r\nconnection: close" in head.lower()
            and b"\r\ncontent-type: text/plain" in head.lower()
            and body.count(b"\n") == 1
            and len(body) < 50
        )


def connect(server: Server) -> socket.socket:
    return socket.create_connection(("127.0.0.1", server.port), timeout=DEADLINE_SECONDS)


def ask(server: Server, *pieces: bytes) -> Reply:
    """Sends the pieces one after the other, however the server takes them, and reads to its end."""
    with connect(server) as connection:
        try:
            for piece in pieces:
                connection.sendall(piece)
        except (BrokenPipeError, ConnectionResetError):
            pass  # it had heard enough
        return read(connection)


def read(connection: socket.socket) -> Reply:
    raw = b""
    while data := connection.recv(65536):
        raw += data
    return reply(raw)


def reply(raw: bytes) -> Reply:
    match = re.match(rb"HTTP/1\.[01] (\d{3}) ", raw)
    return Reply(int(match[1]) if match else 0, raw)


def request(
    server: Server, line: str = "GET /healthz", *headers: str, host: str | None = None
) -> bytes:
    """A request's head that asks for the connection to be closed; `host` replaces the right one."""
    lines = [
        f"{line} HTTP/1.1",
        f"Host: {f'127.0.0.1:{server.port}' if host is None else host}",
        "Connection: close",
        *headers,
    ]
    return "\r\n".join([*lines, "", ""]).encode("latin1")
