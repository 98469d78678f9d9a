"""Clients that read nothing in a noisy room: how much the server keeps for one, and for how long.

What the kernel holds for it is not the server's memory, so the bound is passed when more was said than that
and BOUND_BYTES; from then on the server has MOST_SECONDS.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from tests.attacks.crowd import make_crowd
from tests.attacks.frozen import MANNERS, freeze, greet, own_port
from tests.attacks.kernel import ESTABLISHED, connections_of
from tests.attacks.noise import Noise
from tests.attacks.usage import usage_of
from tests.attacks.watched import WatchedServer
from tests.attacks.wire import Wire
from tests.faults.client import Person

MIB = 1024 * 1024
BOUND_BYTES = MIB
MOST_RSS = 4 * MIB
MOST_SECONDS = 10.0
READERS, MAKERS = 10, 4
NOISE_A_SECOND = 40.0  # times 24 KB
WARM_UP_SECONDS = 3.0
GIVE_UP_SECONDS = 60.0
LAST_WORDS_SECONDS = 10.0
POLL_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class OneReader:
    """`closed_after` is the seconds from passing the bound; None where one was never closed."""

    rss_growth: int
    kernel_bytes: int
    closed_after: float | None
    codes: list[int]

    def faults(self, name: str) -> list[str]:
        found = []
        if self.closed_after is None or self.closed_after > MOST_SECONDS:
            found.append(f"{name}: closed after {self.closed_after} s, not {MOST_SECONDS}")
        if self.rss_growth > MOST_RSS:
            found.append(f"{name}: {self.rss_growth / MIB:.1f} MiB of memory")
        return found


async def watch_readers(server: WatchedServer, manner: str) -> OneReader:
    """READERS that freeze in a noisy room, each doing what its manner is, until the last is closed.

    Before, as many do the same and read: what asking costs by itself is not the price of not reading.
    """
    people = make_crowd(server, manner, MAKERS + READERS, rooms=1, each=1)
    makers, deaf = people[:MAKERS], people[MAKERS:]
    noise = Noise(makers, deaf[0].rooms[0], messages_a_second=NOISE_A_SECOND)
    async with noise.making(server.url):
        reading = await asyncio.gather(*(greet(server.url, person) for person in deaf))
        async with _taking_part(reading, deaf, "silent" if manner == "closing" else manner):
            base = await _highest_rss(server) - await _cached(server)
        frozen = await asyncio.gather(*(freeze(server.url, person) for person in deaf))
        async with _taking_part(frozen, deaf, manner):
            return await _watch(server, noise, frozen, base)


@asynccontextmanager
async def _taking_part(wires: list[Wire], people: list[Person], manner: str) -> AsyncIterator[None]:
    act = MANNERS[manner]
    pairs = zip(wires, people, strict=True)
    tasks = [asyncio.create_task(act(wire, person.rooms[0])) for wire, person in pairs]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        for wire in wires:
            wire.drop()


async def _watch(server: WatchedServer, noise: Noise, wires: list[Wire], base: int) -> OneReader:
    began, told_before = time.monotonic(), noise.told
    passed = dict.fromkeys(wires, 0.0)
    closed = dict.fromkeys(wires, 0.0)
    kernel = dict.fromkeys(wires, 0)
    peak = 0
    while not all(closed.values()) and time.monotonic() - began < GIVE_UP_SECONDS:
        await asyncio.sleep(POLL_SECONDS)
        peak = max(peak, usage_of(server.pid).rss)
        now, living = time.monotonic(), connections_of(server.port)
        for wire in wires:
            connection = living.get(own_port(wire))
            if connection is not None and connection.state == ESTABLISHED:
                kernel[wire] = max(kernel[wire], connection.unsent)
            else:
                closed[wire] = closed[wire] or now
            if noise.told - told_before > BOUND_BYTES + kernel[wire]:
                passed[wire] = passed[wire] or now
    peak -= await _cached(server)
    delays = [max(0.0, closed[wire] - (passed[wire] or closed[wire])) for wire in wires]
    return OneReader(
        rss_growth=max(0, peak - base) // len(wires),
        kernel_bytes=max(kernel.values()),
        closed_after=round(max(delays), 2) if all(closed.values()) else None,
        codes=sorted({await _code_of(wire) for wire in wires}),
    )


async def _highest_rss(server: WatchedServer) -> int:
    """Of the second half: what the noise itself costs."""
    await asyncio.sleep(WARM_UP_SECONDS / 2)
    highest, until = 0, time.monotonic() + WARM_UP_SECONDS / 2
    while time.monotonic() < until:
        highest = max(highest, usage_of(server.pid).rss)
        await asyncio.sleep(POLL_SECONDS)
    return highest


async def _cached(server: WatchedServer) -> int:
    """What SQLite keeps of what was said: it grows with the noise, up to a bound of its own."""
    cached: int = (await asyncio.to_thread(server.look))["sqlite_bytes"]
    return cached


async def _code_of(wire: Wire) -> int:
    """What it was told in the end, if it now reads all that it had left."""
    if not wire.transport.is_closing():
        wire.transport.resume_reading()
    try:
        async with asyncio.timeout(LAST_WORDS_SECONDS):
            return await wire.ended
    except TimeoutError:
        return 0
