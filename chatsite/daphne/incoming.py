"""Frames of a client as bytes (RFC 6455 §5.2): where one ends, and what a simple one says."""

from typing import NamedTuple

MASKED = 0x80
MASK_BYTES = 4


class Head(NamedTuple):
    """Offsets of one frame; `is_simple` where it is masked and its length in the shortest form."""

    payload: int
    end: int
    is_simple: bool


def read_head(data: bytes, at: int) -> Head | None:
    """The head of the frame that begins at `at`; None where it is not all here."""
    here = len(data)
    if here < at + 2:
        return None
    second = data[at + 1]
    size = second & 0x7F
    payload, shortest = at + 2, 0
    if size == 126:
        payload, shortest = at + 4, 126
        size = int.from_bytes(data[at + 2 : payload])
    elif size == 127:
        payload, shortest = at + 10, 65_536
        size = int.from_bytes(data[at + 2 : payload])
    is_masked = second >= MASKED
    if is_masked:
        payload += MASK_BYTES
    if here < payload:
        return None
    return Head(payload, payload + size, is_masked and size >= shortest)


def unmasked(data: bytes, head: Head) -> bytes:
    """The payload of a whole masked frame, as one number: a loop over its bytes would be slow."""
    size = head.end - head.payload
    mask = data[head.payload - MASK_BYTES : head.payload] * (size // MASK_BYTES + 1)
    masked = int.from_bytes(data[head.payload : head.end])
    return (masked ^ int.from_bytes(mask[:size])).to_bytes(size)
