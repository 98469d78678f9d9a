"""A socket down to its bytes, for what a well-behaved client library would never send (RFC 6455)."""

import base64
import json
import os
import socket
import struct
from asyncio import StreamReader, StreamWriter, Transport, open_connection
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import cast
from urllib.parse import urlsplit

from tests.client import Frame, Visitor

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10


class RawSocket:
    def __init__(self, reader: StreamReader, writer: StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def receive(self) -> tuple[int, bytes]:
        """The next frame's opcode and payload; the server sends no fragments."""
        first, payload = await self.receive_whole()
        return first & 0x0F, payload

    async def receive_whole(self) -> tuple[int, bytes]:
        """The next frame's first byte, which says more than its opcode, and its payload."""
        first, size = await self.reader.readexactly(2)
        if size == 126:
            size = int.from_bytes(await self.reader.readexactly(2))
        elif size == 127:
            size = int.from_bytes(await self.reader.readexactly(8))
        return first, await self.reader.readexactly(size)

    async def json(self, wanted: Callable[[Frame], bool]) -> Frame:
        """Reads on until the answer or event that is wanted."""
        while True:
            opcode, payload = await self.receive()
            told = json.loads(payload) if opcode == TEXT else []
            for item in told if isinstance(told, list) else [told]:
                if wanted(item):
                    return cast(Frame, item)

    async def close_code(self) -> int:
        """Reads on until the server's close frame."""
        while True:
            opcode, payload = await self.receive()
            if opcode == CLOSE:
                return int.from_bytes(payload[:2])

    def stop_reading(self) -> None:
        """Leaves what comes to the buffers on the way, as a frozen peer does."""
        cast(Transport, self.writer.transport).pause_reading()

    def go_on_reading(self) -> None:
        cast(Transport, self.writer.transport).resume_reading()

    def reset(self) -> None:
        """Ends the connection as a crash or a cut cable does: RST, nothing before it."""
        tcp: socket.socket = self.writer.get_extra_info("socket")
        tcp.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()


def frame(payload: bytes, opcode: int = TEXT, *, final: bool = True, masked: bool = True) -> bytes:
    """A client's frame, masked with zeros."""
    head = bytes([opcode | (0x80 if final else 0)])
    mask_bit = 0x80 if masked else 0
    if len(payload) < 126:
        head += bytes([mask_bit | len(payload)])
    elif len(payload) < 65536:
        head += bytes([mask_bit | 126]) + len(payload).to_bytes(2)
    else:
        head += bytes([mask_bit | 127]) + len(payload).to_bytes(8)
    return head + (bytes(4) if masked else b"") + payload


@asynccontextmanager
async def dial(visitor: Visitor) -> AsyncGenerator[RawSocket]:
    """A bare connection to the server: TCP, or TLS where it is spoken."""
    address = urlsplit(visitor.site)
    tls = True if address.scheme == "https" else None
    reader, writer = await open_connection(address.hostname, address.port, ssl=tls)
    try:
        yield RawSocket(reader, writer)
    finally:
        if tls:
            writer.transport.abort()  # a peer that has vanished would be waited for
        else:
            writer.close()


@asynccontextmanager
async def upgrade(visitor: Visitor) -> AsyncGenerator[RawSocket]:
    """An open WebSocket of that visitor, before `hello`."""
    async with dial(visitor) as raw:
        await raw.send(handshake(visitor))
        status = await raw.reader.readuntil(b"\r\n\r\n")
        assert status.startswith(b"HTTP/1.1 101 "), status
        yield raw


def handshake(visitor: Visitor, path: str = "/ws/", **headers: str | None) -> bytes:
    """The request that opens a socket; headers are given with `_` for `-`."""
    fields = {
        "Host": urlsplit(visitor.site).netloc,
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec_WebSocket_Key": base64.b64encode(os.urandom(16)).decode(),
        "Sec_WebSocket_Version": "13",
        "Sec_WebSocket_Protocol": "chat.v1",
        "Origin": visitor.site,
        "Cookie": f"sessionid={visitor.cookie('sessionid')}",
    } | headers
    lines = [
        f"{name.replace('_', '-')}: {value}" for name, value in fields.items() if value is not None
    ]
    return "\r\n".join([f"GET {path} HTTP/1.1", *lines, "", ""]).encode("latin1")


async def status_of(visitor: Visitor, path: str = "/ws/", **headers: str | None) -> int:
    """The HTTP status that a handshake with these headers is answered with."""
    async with dial(visitor) as raw:
        await raw.send(handshake(visitor, path, **headers))
        line = await raw.reader.readline()
        return int(line.split()[1])
