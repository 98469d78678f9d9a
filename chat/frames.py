"""A WebSocket frame that is built once, however many sockets it is written to.

Deflating is done once, too, as RFC 7692 allows where no context is taken over from one message to the next:
the same bytes then suit every socket that can inflate.
"""

import zlib

MIN_DEFLATED = 200  # bytes; below, there is next to nothing to gain
MIN_WINDOW_BITS = 12  # of the peers that can be served: the window is that of the smallest
LEVEL = 1
DEFLATE_TAIL = b"\x00\x00\xff\xff"

# FIN and the opcode for text (RFC 6455 §5.2); RSV1 marks what is deflated (RFC 7692 §6).
TEXT, DEFLATED_TEXT = 0x81, 0xC1

# A full flush leaves nothing behind that the next message could refer to.
_deflate = zlib.compressobj(LEVEL, zlib.DEFLATED, -MIN_WINDOW_BITS, memLevel=9)


class Frame:
    """One text frame of the server: `payload` is its JSON, `plain` the bytes for those who cannot inflate.

    A passing one is not worth waiting for.
    """

    __slots__ = ("_deflated", "is_passing", "payload", "plain")

    def __init__(self, payload: bytes, *, is_passing: bool = False) -> None:
        self.payload = payload
        self.is_passing = is_passing
        self.plain = _frame(TEXT, payload)
        self._deflated: bytes | None = None

    @property
    def deflated(self) -> bytes:
        """The bytes for those who can: deflated, where that makes it shorter."""
        if self._deflated is None:
            self._deflated = self._build_deflated()
        return self._deflated

    def _build_deflated(self) -> bytes:
        if len(self.payload) < MIN_DEFLATED:
            return self.plain
        data = _deflate.compress(self.payload) + _deflate.flush(zlib.Z_FULL_FLUSH)
        short = data.removesuffix(DEFLATE_TAIL)
        return _frame(DEFLATED_TEXT, short) if len(short) < len(self.payload) else self.plain


def _frame(first: int, payload: bytes) -> bytes:
    size = len(payload)
    if size < 126:
        head = bytes((first, size))
    elif size < 65536:
        head = bytes((first, 126)) + size.to_bytes(2)
    else:
        head = bytes((first, 127)) + size.to_bytes(8)
    return head + payload
