"""An assault on one connection, and what became of it."""

import asyncio
import json
import zlib
from asyncio import StreamReader, StreamWriter
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.attacks.frames import RSV1, Assault
from tests.attacks.handshake import request_for
from tests.conformance.raw import CLOSE, PING, PONG, TEXT, frame

DEADLINE_SECONDS = 10.0
SILENCE_SECONDS = 0.3  # a frame that was left open swallows what comes after it, rightly
PROBE = '{"type":"ping","id":"still there?"}'
NO_CODE, DROPPED = 1005, 1006
MAY_CLOSE_WITH = {1009, 4400, 4408, 4409, 4413, 4429}
# After a breach a close of ours may cross the server's, which then drops the connection and its last word.
MAY_CLOSE_A_BREACH_WITH = MAY_CLOSE_WITH | {*range(1000, 1010), *range(3000, 5000)}


@dataclass
class Outcome:
    """`code` is None while the connection lives."""

    code: int | None = None
    inflates: bool = False
    is_answered: bool = False
    faults: list[str] = field(default_factory=list)

    def judge(self, assault: Assault) -> list[str]:
        """What the server may never do, whatever it is told."""
        faults = list(self.faults)
        is_breach = assault.is_breach or (assault.deflate and not self.inflates)
        allowed = MAY_CLOSE_A_BREACH_WITH if is_breach else MAY_CLOSE_WITH
        if self.code is not None and self.code not in allowed:
            faults.append(f"closed with {self.code}")
        expected = assault.expected if self.inflates else None
        if expected is not None and self.code != expected:
            faults.append(f"closed with {self.code}, not {expected}")
        return faults


async def perform(assault: Assault, site: str, session: str) -> Outcome:
    """Opens a connection, says all of it, and asks whether somebody is still there."""
    outcome = Outcome()
    host, _, port = site.removeprefix("http://").partition(":")
    try:
        async with asyncio.timeout(DEADLINE_SECONDS):
            reader, writer = await asyncio.open_connection(host, int(port))
            try:
                await _attack(
                    assault,
                    outcome,
                    reader,
                    writer,
                    request_for(site, session, deflate=assault.deflate),
                )
            finally:
                writer.transport.abort()
    except TimeoutError:
        outcome.faults.append("it answers nothing and does not close")
    return outcome


async def _attack(
    assault: Assault, outcome: Outcome, reader: StreamReader, writer: StreamWriter, request: bytes
) -> None:
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 101 "):
        outcome.faults.append(f"no socket: {head[:80]!r}")
        return
    outcome.inflates = b"permessage-deflate" in head.lower()
    reading = asyncio.create_task(_read(reader, outcome))
    hello = frame(b'{"type":"hello","id":"hello","client":"attacks"}')
    try:
        await _send(writer, [hello, *assault.pieces, frame(PROBE.encode())])
        await asyncio.wait(
            [reading], timeout=SILENCE_SECONDS if assault.expected is None else DEADLINE_SECONDS
        )
    finally:
        if not reading.done():
            reading.cancel()
        (end,) = await asyncio.gather(reading, return_exceptions=True)
    if isinstance(end, asyncio.IncompleteReadError | ConnectionError):
        outcome.code = outcome.code or DROPPED
    elif isinstance(end, Exception):
        outcome.faults.append(f"what it says cannot be read: {end!r}")


async def _send(writer: StreamWriter, pieces: list[bytes]) -> None:
    """The server may close in the middle of it."""
    try:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
    except ConnectionError:
        pass


async def _read(reader: StreamReader, outcome: Outcome) -> None:
    """Until the answer to the probe, or the end."""
    while not outcome.is_answered:
        first, size = await reader.readexactly(2)
        if size == 126:
            size = int.from_bytes(await reader.readexactly(2))
        elif size == 127:
            size = int.from_bytes(await reader.readexactly(8))
        payload = await reader.readexactly(size)
        opcode = first & 0x0F
        if opcode == CLOSE:
            outcome.code = int.from_bytes(payload[:2]) if payload else NO_CODE
            return
        if opcode == TEXT:
            _take(outcome, _inflated(payload) if first & RSV1 and outcome.inflates else payload)
        elif opcode not in {PING, PONG}:
            outcome.faults.append(f"a frame of kind {opcode}")


def _take(outcome: Outcome, payload: bytes) -> None:
    for item in _items(payload):
        if item["type"] == "error" and item["code"] == "internal":
            outcome.faults.append(f"answered {item}")
        if item["type"] in {"ok", "error"} and item["id"] == "still there?":
            outcome.is_answered = True


def _items(payload: bytes) -> Iterator[dict[str, str]]:
    told = json.loads(payload)
    yield from told if isinstance(told, list) else [told]


def _inflated(payload: bytes) -> bytes:
    return zlib.decompressobj(-15).decompress(payload + b"\x00\x00\xff\xff")
