"""A socket's life and its way in: who is let in too late, read too soon, silent for too long, or gone."""

import asyncio
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import accumulate, pairwise
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.internet.error import ConnectionLost

from chat.protocol import codes
from chat.protocol.limits import MAX_FRAME_BYTES
from chatsite.daphne import pulse
from chatsite.daphne.inbox import MAX_INBOX, RESUME_AT
from chatsite.daphne.outgoing import CLOSE_HANDSHAKE_SECONDS
from chatsite.daphne.pulse import PING_SECONDS, PONG_SECONDS
from chatsite.daphne.server import CHECK_SECONDS
from chatsite.daphne.websocket import ChatProtocol
from tests.conformance import raw
from tests.conformance.test_deflate import DEFLATED, deflated
from tests.serving.conftest import NewLine
from tests.serving.line import LIMITS, Line

PING = bytes([0x80 | raw.PING, 1]) + b"?"


@pytest.fixture
def clock() -> Iterator[SimpleNamespace]:
    """The pulse's; what is heard is noted by the protocol's own."""
    clock = SimpleNamespace(now=1_000.0)
    clock.monotonic = lambda: clock.now
    with (
        patch.object(pulse, "time", clock),
        patch("chatsite.daphne.websocket.monotonic", clock.monotonic),
    ):
        yield clock


def is_aborted(line: Line) -> bool:
    return bool(line.transport._aborting)


# ---- in


async def test_a_socket_is_not_read_while_its_application_is_behind(new_line: NewLine) -> None:
    line = new_line().open()
    line.say(raw.frame(b"1") * (MAX_INBOX + 40))
    inbox = line.protocol.application_queue
    assert (len(inbox), line.is_read) == (MAX_INBOX, False)
    while len(inbox) > RESUME_AT + 1:
        await inbox.get()
    assert not line.is_read
    await inbox.get()
    assert (len(inbox), line.is_read) == (RESUME_AT + 41, True)  # what had come by then


async def test_frames_that_come_before_they_may_are_bounded(new_line: NewLine) -> None:
    line = new_line()
    line.knock()
    line.protocol.dataReceived(bytes(MAX_FRAME_BYTES))
    assert not is_aborted(line)
    line.protocol.dataReceived(b"1")
    assert is_aborted(line)


@pytest.mark.parametrize("is_cut", [False, True])
async def test_a_bomb_never_becomes_large(new_line: NewLine, *, is_cut: bool) -> None:
    line = new_line().open(b"Sec-WebSocket-Extensions: permessage-deflate\r\n")
    bomb = deflated(bytes(10_000_000))
    whole = raw.frame(bomb, raw.TEXT | DEFLATED)
    begun = raw.frame(bomb[:5_000], raw.TEXT | DEFLATED, final=False)
    with most_memory() as peak:
        line.say(begun + raw.frame(bomb[5_000:], opcode=0) if is_cut else whole)
    line.flush()
    assert line.read()[2:4] == codes.CLOSE_TOO_BIG.to_bytes(2)
    assert peak[0] < 8 * MAX_FRAME_BYTES


TEXTS = st.text(max_size=200).map(str.encode)
SHORT = st.binary(max_size=20)
PIECES = st.one_of(
    TEXTS.map(raw.frame),
    TEXTS.map(lambda text: raw.frame(deflated(text), raw.TEXT | DEFLATED)),
    TEXTS.map(lambda text: raw.frame(text, final=False) + raw.frame(b"?", raw.PING)),
    SHORT.map(lambda end: raw.frame(end, opcode=0)),
    SHORT.map(lambda said: raw.frame(said, raw.PING)),
    SHORT.map(lambda noise: raw.frame(noise, raw.BINARY)),
    SHORT,
)


@settings(max_examples=60)
@given(pieces=st.lists(PIECES, min_size=1, max_size=8), sizes=st.lists(st.integers(1, 400)))
async def test_it_is_the_same_however_the_network_cuts_it(
    pieces: list[bytes], sizes: list[int]
) -> None:
    stream = b"".join(pieces)
    cuts = [0, *accumulate(sizes), len(stream)]
    assert heard([stream]) == heard([stream[start:end] for start, end in pairwise(cuts)])


def heard(parts: list[bytes]) -> tuple[list[Any], bytes, int]:
    """What the application and the peer were told, and how the connection stands."""
    line = Line().open(b"Sec-WebSocket-Extensions: permessage-deflate\r\n")
    answered = b""
    for part in parts:
        line.protocol.dataReceived(part)
        line.flush()
        answered += line.read()
    told = list(line.protocol.application_queue._messages)
    line.close()
    return told, answered, line.protocol.state


@contextmanager
def most_memory() -> Iterator[list[int]]:
    """Bytes at the highest, once it is over."""
    peak = [0]
    tracemalloc.start()
    try:
        yield peak
    finally:
        peak[0] = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()


# ---- the handshake


async def test_who_is_not_let_in_in_time_is_refused(new_line: NewLine) -> None:
    line = new_line()
    line.knock()
    line.protocol.check_timeouts()
    assert line.read() == b""
    line.protocol.socket_opened -= LIMITS.handshake_seconds + 1
    line.protocol.check_timeouts()
    line.flush()
    assert line.read().startswith(b"HTTP/1.1 403 ")


@pytest.mark.parametrize("way", ["bzip2", "brotli", "snappy", "unknown"])
async def test_another_way_to_compress_is_passed_over(new_line: NewLine, way: str) -> None:
    """Autobahn knows some of them, where it finds their libraries."""
    offers = f"Sec-WebSocket-Extensions: permessage-{way}, permessage-deflate\r\n"
    line = new_line().open(offers.encode())
    assert line.protocol._deflates


async def test_a_handshake_that_cannot_be_answered_ends_the_connection(new_line: NewLine) -> None:
    line = new_line()
    line.knock()
    answer = line.protocol.handshake_deferred
    line.protocol.serverAccept("what nobody has offered")
    assert is_aborted(line)
    answer.addErrback(lambda failure: None)  # which Twisted would log at some time


# ---- the heartbeat


async def test_a_silent_peer_is_sent_a_ping_and_closed_4408_when_it_stays_silent(
    new_line: NewLine, clock: SimpleNamespace
) -> None:
    line = new_line().open()
    heard, seconds = b"", 0
    while line.protocol.state == ChatProtocol.STATE_OPEN:
        seconds += CHECK_SECONDS
        clock.now += CHECK_SECONDS
        line.protocol.check_timeouts()
        line.flush()
        heard += line.read()
    assert heard.startswith(PING)
    assert heard.endswith(codes.CLOSE_TIMED_OUT.to_bytes(2))
    assert b'"bye"' in heard
    assert PING_SECONDS + PONG_SECONDS <= seconds <= 45 - CLOSE_HANDSHAKE_SECONDS


async def test_a_peer_that_answers_each_ping_stays(
    new_line: NewLine, clock: SimpleNamespace
) -> None:
    line = new_line().open()
    pings = 0
    for _ in range(60):
        clock.now += CHECK_SECONDS
        line.protocol.check_timeouts()
        line.flush()
        if line.read() == PING:
            pings += 1
            clock.now += 0.1
            line.say(raw.frame(b"?", raw.PONG))
    assert (pings, is_aborted(line)) == (5, False)


async def test_one_that_cannot_be_looked_at_is_left_and_the_others_are_looked_at(
    new_line: NewLine, clock: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, line = new_line().open(), new_line().open()
    looks: list[float] = []
    monkeypatch.setattr(
        "chatsite.daphne.server.reactor.callLater", lambda *due: looks.append(due[0])
    )
    monkeypatch.setattr(broken.protocol, "_pulse", None)
    line.house.connections = broken.house.connections | line.house.connections
    clock.now += PING_SECONDS
    line.house.timeout_checker()
    line.flush()
    assert (line.read(), is_aborted(broken)) == (PING, True)
    assert looks == [CHECK_SECONDS]


async def test_an_application_that_fails_behind_an_unanswered_handshake_ends_only_itself(
    new_line: NewLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = new_line()
    line.knock()
    answer = line.protocol.handshake_deferred
    line.protocol.serverAccept("what nobody has offered")
    answer.addErrback(lambda failure: None)  # which Twisted would log at some time
    failed = asyncio.get_running_loop().create_future()
    failed.set_exception(ValueError())
    line.house.connections[line.protocol]["application_instance"] = failed
    looks: list[float] = []
    monkeypatch.setattr("daphne.server.reactor.callLater", lambda *due: looks.append(due[0]))
    line.house.application_checker()
    assert looks == [1]


# ---- the end


@pytest.mark.parametrize("is_let_in", [True, False])
async def test_whoever_has_gone_is_counted_no_more(new_line: NewLine, *, is_let_in: bool) -> None:
    """Also who took the refusal later than the server forgot about it."""
    line = new_line()
    line.knock()
    if is_let_in:
        line.protocol.serverAccept("chat.v1")
    else:
        line.protocol.serverReject()
        line.house.forget(line.protocol)
    line.lose(ConnectionLost())
    assert (len(line.house.visits.all), line.protocol.state) == (0, ChatProtocol.STATE_CLOSED)
