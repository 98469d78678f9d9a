"""The load counts what arrives, and says so where something did not."""

import asyncio
import shutil
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from bench.fan_out.frames import compressed
from bench.fan_out.load import Load, Window, Wire, loading
from bench.fan_out.programs import has_zlib

from .broadcaster import Broadcaster, broadcasting

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or not shutil.which("cc"),
    reason="the load needs Linux and a C compiler",
)
needs_zlib = pytest.mark.skipif(
    not shutil.which("cc") or not has_zlib(), reason="the load needs zlib to inflate"
)
MEMBERS = 3


@pytest.fixture
async def broadcaster() -> AsyncIterator[Broadcaster]:
    async with broadcasting() as running:
        yield running


async def _measure(
    folder: Path,
    broadcaster: Broadcaster,
    ask: Callable[[Load], Window],
    *,
    body: str = "Hello!",
    deflate: bool = False,
    patience: float = 10.0,
) -> Window:
    """`patience` is how long what was told last may take to come, in seconds."""

    def run() -> Window:
        with loading(folder, patience=patience) as load:
            clients = broadcaster.clients(MEMBERS, deflate=deflate)
            load.open(clients, broadcaster.wire(body), [])
            return ask(load)

    return await asyncio.to_thread(run)


def _lockstep(load: Load) -> Window:
    return load.lockstep(senders=2, warmup=0, seconds=0.2)


def _saturate(load: Load) -> Window:
    return load.saturate(senders=3, flight=10_000, warmup=0, seconds=0.5)


async def test_a_turn_in_which_everybody_is_told_everything_is_complete(
    broadcaster: Broadcaster, tmp_path: Path
) -> None:
    window = await _measure(tmp_path, broadcaster, _lockstep)
    assert window.complete
    assert window.all_sent > 2
    assert 0 < window.events <= window.all_sent * MEMBERS


async def test_events_are_counted_in_frames_that_come_in_many_reads(
    broadcaster: Broadcaster, tmp_path: Path
) -> None:
    window = await _measure(tmp_path, broadcaster, _saturate, body="x")
    assert window.complete
    assert window.events > window.frames


@needs_zlib
async def test_events_are_counted_in_compressed_frames(
    broadcaster: Broadcaster, tmp_path: Path
) -> None:
    window = await _measure(tmp_path, broadcaster, _saturate, body="x" * 100, deflate=True)
    assert window.complete
    assert window.deflating == MEMBERS
    assert window.bytes < window.events * 100


@needs_zlib
async def test_a_compressed_hello_is_understood(broadcaster: Broadcaster, tmp_path: Path) -> None:
    def greet() -> Window:
        hello = compressed(b'{"message": "Here I am."}')
        wire = Wire(["@TAG@"], '"message": "', hello, ready="Here I am.")
        with loading(tmp_path) as load:
            return load.open(broadcaster.clients(1, deflate=True), wire, [])

    window = await asyncio.to_thread(greet)
    assert window.deflating == 1


async def test_a_member_who_is_told_nothing_voids_the_turn(
    broadcaster: Broadcaster, tmp_path: Path
) -> None:
    broadcaster.faults = {2: 0}
    window = await _measure(tmp_path, broadcaster, _lockstep, patience=0.3)
    assert not window.complete
    assert window.behind == 1


async def test_a_member_who_is_told_twice_voids_the_turn(
    broadcaster: Broadcaster, tmp_path: Path
) -> None:
    broadcaster.faults = {2: 2}
    window = await _measure(tmp_path, broadcaster, _lockstep, patience=0.3)
    assert not window.complete


async def test_latency_lasts_until_the_last_member_was_told(
    broadcaster: Broadcaster, tmp_path: Path
) -> None:
    window = await _measure(
        tmp_path, broadcaster, lambda load: load.pace(senders=1, rate=50, seconds=0.2)
    )
    assert len(window.microseconds) == window.all_sent == 10
    assert min(window.microseconds) > 1000  # the broadcaster waits for a millisecond
