"""A frame is built once, and deflated once, for however many sockets it is written to."""

import os
import zlib
from typing import Any

import pytest

from chat import frames
from chat.frames import DEFLATE_TAIL, DEFLATED_TEXT, MIN_DEFLATED, Frame

TALK = b'{"type":"message","body":"All work and no play."}' * 20


class CountingDeflate:
    def __init__(self) -> None:
        self.compressed = 0
        self._deflate = frames._deflate

    def compress(self, data: bytes) -> bytes:
        self.compressed += 1
        return self._deflate.compress(data)

    def flush(self, mode: int) -> bytes:
        return self._deflate.flush(mode)


@pytest.fixture
def deflate(monkeypatch: pytest.MonkeyPatch) -> CountingDeflate:
    counting: Any = CountingDeflate()
    monkeypatch.setattr(frames, "_deflate", counting)
    return counting  # type: ignore[no-any-return]


def payload_of(wire: bytes) -> bytes:
    return wire[2 if wire[1] < 126 else 4 :]


def test_it_is_deflated_once_for_all_sockets_and_for_none_that_cannot_inflate(
    deflate: CountingDeflate,
) -> None:
    frame = Frame(TALK)
    assert frame.plain.endswith(TALK)
    assert deflate.compressed == 0
    assert all(frame.deflated is frame.deflated for _ in range(100))
    assert deflate.compressed == 1


def test_each_frame_is_inflated_without_what_came_before() -> None:
    for _ in range(3):
        wire = Frame(TALK).deflated
        assert wire[0] == DEFLATED_TEXT
        inflate = zlib.decompressobj(-frames.MIN_WINDOW_BITS)
        assert inflate.decompress(payload_of(wire) + DEFLATE_TAIL) == TALK


def test_what_would_not_be_shorter_is_sent_plain() -> None:
    frame = Frame(os.urandom(1_000))
    assert frame.deflated is frame.plain


def test_what_is_short_is_not_even_tried(deflate: CountingDeflate) -> None:
    frame = Frame(b"x" * (MIN_DEFLATED - 1))
    assert frame.deflated is frame.plain
    assert deflate.compressed == 0
