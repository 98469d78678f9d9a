"""A WebSocket client so light that one process holds several hundred (RFC 6455; no extensions).

It answers pings, as every client must, and hands on what it is told: the JSON of each frame, undecoded, for
most of a thousand clients need not look at most of it.
"""

import asyncio
import json
import socket
from collections.abc import Callable
from typing import Any, cast

from tests.attacks.handshake import request_for
from tests.conformance.raw import CLOSE, PING, PONG, TEXT, frame

LOST = 1006
REFUSED = 0  # the handshake was, with an HTTP status


class Wire(asyncio.Protocol):
    """`ended` has the close code, once there is one; `status` the handshake's answer."""

    def __init__(self, request: bytes, hear: Callable[[bytes], None]) -> None:
        loop = asyncio.get_running_loop()
        self.opened: asyncio.Future[int] = loop.create_future()
        self.ended: asyncio.Future[int] = loop.create_future()
        self.bytes_heard = 0
        self._request = request
        self._hear = hear
        self._buffer = bytearray()
        self._code = LOST

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.transport.write(self._request)

    def connection_lost(self, error: Exception | None) -> None:
        if not self.opened.done():
            self.opened.set_result(REFUSED)
        if not self.ended.done():
            self.ended.set_result(self._code)

    def data_received(self, data: bytes) -> None:
        self.bytes_heard += len(data)
        self._buffer += data
        if self.opened.done() or self._is_opened_now():
            while (found := self._next_frame()) is not None:
                self._take(*found)

    def send(self, **command: Any) -> None:
        self.send_raw(json.dumps(command, ensure_ascii=False).encode())

    def send_raw(self, payload: bytes, opcode: int = TEXT) -> None:
        if not self.transport.is_closing():
            self.transport.write(frame(payload, opcode))

    def leave(self) -> None:
        """Politely; the server ends the connection."""
        self.send_raw((1000).to_bytes(2), CLOSE)

    def drop(self) -> None:
        self.transport.abort()

    def _is_opened_now(self) -> bool:
        head, blank, rest = self._buffer.partition(b"\r\n\r\n")
        if not blank:
            return False
        status = int(head.split(None, 2)[1])
        self._buffer = bytearray(rest)
        self.opened.set_result(status)
        if status != 101:
            self.transport.abort()
        return status == 101

    def _next_frame(self) -> tuple[int, bytes] | None:
        data = self._buffer
        if len(data) < 2:
            return None
        size, start = data[1], 2
        if size == 126:
            size, start = int.from_bytes(data[2:4]), 4
        elif size == 127:
            size, start = int.from_bytes(data[2:10]), 10
        if len(data) < start + size:
            return None
        found = data[0] & 0x0F, bytes(data[start : start + size])
        del data[: start + size]
        return found

    def _take(self, opcode: int, payload: bytes) -> None:
        if opcode == TEXT:
            self._hear(payload)
        elif opcode == PING:
            self.send_raw(payload, PONG)
        elif opcode == CLOSE:
            self._code = int.from_bytes(payload[:2])
            self.send_raw(payload[:2], CLOSE)


async def open_wire(
    site: str, session: str, hear: Callable[[bytes], None], *, receive_buffer: int | None = None
) -> Wire:
    """An open socket, before `hello`. Raises ConnectionError where there is none to be had."""
    host, _, port = site.removeprefix("http://").partition(":")
    tcp = socket.socket()
    tcp.setblocking(False)
    if receive_buffer is not None:
        tcp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    loop = asyncio.get_running_loop()
    try:
        await loop.sock_connect(tcp, (host, int(port)))
        tcp.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except BaseException:
        tcp.close()
        raise
    request = request_for(site, session)
    _, wire = await loop.create_connection(lambda: Wire(request, hear), sock=tcp)
    try:
        status = await wire.opened
    except BaseException:
        wire.drop()
        raise
    if status != 101:
        raise ConnectionRefusedError(f"the handshake was answered with {status}")
    return wire


def items(payload: bytes) -> list[dict[str, Any]]:
    """The objects of a server's frame."""
    told = json.loads(payload)
    return told if isinstance(told, list) else [told]
