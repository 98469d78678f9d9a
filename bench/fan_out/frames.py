"""A client's frames as bytes (RFC 6455 §5.2, RFC 7692)."""

import zlib

DEFLATE_OFFER = (
    "Sec-WebSocket-Extensions: permessage-deflate;"
    " server_no_context_takeover; client_no_context_takeover|"
)
MASK = bytes((0x5A, 0x13, 0xC7, 0x88))
TEXT, COMPRESSED_TEXT = 0x81, 0xC1


def masked(payload: bytes, first: int = TEXT) -> bytes:
    """One masked frame of less than 64 KiB."""
    size = len(payload)
    lengths = bytes((0x80 | size,)) if size < 126 else bytes((0x80 | 126,)) + size.to_bytes(2)
    body = bytes(byte ^ MASK[at % 4] for at, byte in enumerate(payload))
    return bytes((first,)) + lengths + MASK + body


def compressed(payload: bytes) -> bytes:
    """One masked frame whose payload is deflated, without the four bytes that end every message alike."""
    deflate = zlib.compressobj(wbits=-15)
    deflated = deflate.compress(payload) + deflate.flush(zlib.Z_SYNC_FLUSH)
    return masked(deflated[:-4], COMPRESSED_TEXT)
