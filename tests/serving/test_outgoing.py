"""A socket's way out: straight to the kernel, in order behind what is unsent, and never without end."""

import sys

import pytest

from chat.frames import Frame
from chat.protocol import codes
from chat.sockets import BACKLOG, EXTENSION
from chatsite.daphne.websocket import ChatProtocol
from tests.conformance import raw
from tests.serving.conftest import NewLine
from tests.serving.line import LIMITS, SMALL_BUFFER, Line


def fill(line: Line) -> list[bytes]:
    """Writes until the kernel takes no more; what was written."""
    written: list[bytes] = []
    while not line.protocol.is_behind():
        written.append(b"%06d" % len(written) * 200)
        line.protocol.write(Frame(written[-1]))
    return written


async def test_where_nothing_is_unsent_a_frame_goes_straight_to_the_kernel(
    new_line: NewLine,
) -> None:
    line = new_line().open()
    line.protocol.write(Frame(b"{}"))
    assert line.read() == Frame(b"{}").plain
    assert line.transport not in line.reactor.writers


async def test_what_the_kernel_does_not_take_waits_in_order(new_line: NewLine) -> None:
    line = new_line(buffer=SMALL_BUFFER).open()
    written = fill(line)
    for number in range(50):
        written.append(b"behind %d" % number)
        line.protocol.write(Frame(written[-1]))
    assert await line.read_all() == b"".join(Frame(one).plain for one in written)
    line.protocol.write(Frame(b"{}"))
    assert line.read() == Frame(b"{}").plain


async def test_what_passes_is_the_first_to_be_dropped(new_line: NewLine) -> None:
    line = new_line(buffer=SMALL_BUFFER).open()
    typing = Frame(b'"typing"', is_passing=True)
    line.protocol.write(typing)
    assert line.read() == typing.plain
    written = fill(line)
    line.protocol.write(typing)
    line.protocol.write(Frame(b'"said"'))
    read = await line.read_all()
    assert read == b"".join(Frame(one).plain for one in [*written, b'"said"'])
    assert line.house.vitals.spared == 1


async def test_each_ping_is_answered_also_where_several_come_together(new_line: NewLine) -> None:
    line = new_line().open()
    line.say(raw.frame(b"1", raw.PING) + raw.frame(b"2", raw.PING))
    line.flush()
    assert line.read() == b"\x8a\x011\x8a\x012"


async def test_behind_a_backlog_the_last_ping_is_answered(new_line: NewLine) -> None:
    line = new_line(buffer=SMALL_BUFFER).open()
    written = fill(line)
    for number in range(9):
        line.say(raw.frame(b"%d" % number, raw.PING))
    line.protocol.write(Frame(b"{}"))
    read = await line.read_all()
    frames = b"".join(Frame(one).plain for one in written)
    assert read == frames + b"\x8a\x018" + Frame(b"{}").plain


async def test_past_its_bound_a_socket_is_cut_off_and_gives_its_memory_back(
    new_line: NewLine,
) -> None:
    line = new_line(buffer=SMALL_BUFFER).open()
    fill(line)
    frame = Frame(b"x" * 64_000)
    others = sys.getrefcount(frame.plain)
    held = [0]
    while line.protocol.state == ChatProtocol.STATE_OPEN:
        line.protocol.write(frame)
        held.append(sys.getrefcount(frame.plain) - others)
    assert 0.5 < max(held) * len(frame.plain) / LIMITS.backlog_bytes <= 1.5
    assert held[-1] == 0
    assert (await line.read_all()).endswith(codes.CLOSE_TOO_SLOW.to_bytes(2))
    assert line.house.vitals.slow_readers == 1


async def test_where_frames_may_not_go_straight_they_wait_within_the_same_bound(
    new_line: NewLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = new_line()
    assert line.house.ways_out(line.protocol) == {EXTENSION: line.protocol}
    monkeypatch.setattr(ChatProtocol, "is_plain", False)
    assert line.house.ways_out(line.protocol) == {BACKLOG: LIMITS.backlog_bytes}
