"""Frames of a client as bytes: where one ends, and what it says."""

from hypothesis import given
from hypothesis import strategies as st

from chatsite.daphne.incoming import read_head, unmasked

payloads = st.one_of(st.binary(max_size=300), st.integers(0, 70_000).map(lambda size: b"x" * size))


def masked_frame(payload: bytes, mask: bytes, first: int = 0x81) -> bytes:
    size = len(payload)
    if size < 126:
        head = bytes([first, 0x80 | size])
    elif size < 65_536:
        head = bytes([first, 0x80 | 126]) + size.to_bytes(2)
    else:
        head = bytes([first, 0x80 | 127]) + size.to_bytes(8)
    body = bytes(byte ^ mask[at % 4] for at, byte in enumerate(payload))
    return head + mask + body


@given(payloads, st.binary(min_size=4, max_size=4), st.binary(max_size=9))
def test_what_was_masked_is_read(payload: bytes, mask: bytes, before: bytes) -> None:
    data = before + masked_frame(payload, mask) + b"the next"
    head = read_head(data, len(before))
    assert head
    assert head.is_simple
    assert data[head.end :] == b"the next"
    assert unmasked(data, head) == payload


@given(payloads)
def test_a_head_that_is_not_all_here_is_waited_for(payload: bytes) -> None:
    data = masked_frame(payload, b"mask")
    head = read_head(data, 0)
    assert head
    assert all(read_head(data[:here], 0) is None for here in range(head.payload))


def test_an_unmasked_frame_is_not_simple() -> None:
    head = read_head(b"\x81\x02{}", 0)
    assert head == (2, 4, False)


def test_a_length_that_could_be_shorter_is_not_simple() -> None:
    assert read_head(b"\x81\xfe\x00\x7d" + bytes(4), 0) == (8, 8 + 125, False)
    assert read_head(b"\x81\xff" + (65_535).to_bytes(8) + bytes(4), 0) == (14, 14 + 65_535, False)
