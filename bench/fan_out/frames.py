"""A client's frames as bytes (RFC 6455 §5.2)."""

MASK = bytes((0x5A, 0x13, 0xC7, 0x88))
FINAL_TEXT = 0x81
COMPRESSED = 0x40


def masked(payload: bytes, *, compressed: bool = False) -> bytes:
    """One masked text frame of less than 64 KiB; `compressed` says that the payload is."""
    first = FINAL_TEXT | (COMPRESSED if compressed else 0)
    size = len(payload)
    lengths = bytes((0x80 | size,)) if size < 126 else bytes((0x80 | 126,)) + size.to_bytes(2)
    return (
        bytes((first,))
        + lengths
        + MASK
        + bytes(byte ^ MASK[at % 4] for at, byte in enumerate(payload))
    )
