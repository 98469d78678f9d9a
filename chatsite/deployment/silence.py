"""A socket that says nothing: whether it is open still when the server asks for a sign of life (RFC 6455)."""

import json
import os
import struct

from .probe import Stream

# The server asks after HEARTBEAT_SECONDS of silence, give or take its own clock.
WAIT_SECONDS = 40.0
TEXT, CLOSE, PING = 0x1, 0x8, 0x9
SIGNED_OUT = "4401"


def outlasted(stream: Stream) -> str | None:
    """None where the server's ping came; else how it ended."""
    stream.raw.settimeout(WAIT_SECONDS)
    try:
        stream.raw.sendall(
            _frame(json.dumps({"type": "hello", "id": "1", "client": "checkdeploy"}).encode())
        )
        while True:
            opcode, payload = _read(stream)
            if opcode == PING:
                return None
            if opcode == CLOSE:
                return str(struct.unpack(">H", payload[:2])[0]) if payload else "1005"
    except TimeoutError:
        return "no sign of life"
    except OSError:
        return "1006"


def _frame(payload: bytes) -> bytes:
    """Of a client, so masked."""
    mask = os.urandom(4)
    masked = bytes(byte ^ mask[at % 4] for at, byte in enumerate(payload))
    return bytes([0x80 | TEXT, 0x80 | len(payload)]) + mask + masked


def _read(stream: Stream) -> tuple[int, bytes]:
    first, size = stream.read(2)
    size &= 0x7F
    if size == 126:
        (size,) = struct.unpack(">H", stream.read(2))
    elif size == 127:
        (size,) = struct.unpack(">Q", stream.read(8))
    return first & 0x0F, stream.read(size)
