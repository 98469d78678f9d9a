"""A WebSocket frame that is built once, however many sockets it is written to."""

from functools import cached_property


class Frame:
    """One text frame of the server: `payload` is its JSON, `wire` the bytes as they travel."""

    def __init__(self, payload: bytes) -> None:
        self.payload = payload

    @cached_property
    def wire(self) -> bytes:
        """FIN, opcode text, no mask (RFC 6455 §5.2)."""
        size = len(self.payload)
        if size < 126:
            head = bytes((0x81, size))
        elif size < 65536:
            head = b"\x81\x7e" + size.to_bytes(2)
        else:
            head = b"\x81\x7f" + size.to_bytes(8)
        return head + self.payload
