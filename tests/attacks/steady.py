"""Some people in a room who talk steadily, and how long until each of the others reads it.

What they measure is what everybody feels; an attack elsewhere must not show in it. They run in the process
that measures, so sender and reader have one clock.
"""

import asyncio
import statistics
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from tests.attacks.wire import Wire, items, open_wire
from tests.faults.client import Person

MESSAGES_A_SECOND = 4.0  # of each: below what one may send
WELCOME_SECONDS = 20.0
SETTLE_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds from sending to reading; `lost` is how many were never read."""

    readings: int
    p50: float
    p99: float
    worst: float
    lost: int


class Talk:
    """Owner: `talking`. Each message says in its body when it was sent."""

    def __init__(self, people: list[Person]) -> None:
        self._people = people
        self._room = set.intersection(*(set(person.rooms) for person in people)).pop()
        self._wires: list[Wire] = []
        self._readings: list[tuple[float, float]] = []  # when sent, how long it took
        self._sent: list[float] = []

    @asynccontextmanager
    async def talking(self, site: str) -> AsyncIterator["Talk"]:
        await asyncio.gather(*(self._enter(site, person) for person in self._people))
        tasks = [asyncio.create_task(self._keep_talking(wire)) for wire in self._wires]
        try:
            yield self
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            for wire in self._wires:
                wire.drop()
            self._wires.clear()

    async def measure(self, seconds: float) -> Latency:
        """What was sent in the next seconds; the last of it is waited for."""
        began = time.perf_counter()
        await asyncio.sleep(seconds)
        ended = time.perf_counter()
        await asyncio.sleep(SETTLE_SECONDS)
        took = sorted(ms for sent, ms in self._readings if began <= sent < ended)
        told = sum(began <= sent < ended for sent in self._sent) * len(self._people)
        return _latency(took, lost=told - len(took))

    @property
    def ended(self) -> int:
        """How many of them were thrown out."""
        return sum(wire.ended.done() for wire in self._wires)

    async def _enter(self, site: str, person: Person) -> None:
        welcomed = asyncio.Event()

        def hear(payload: bytes) -> None:
            now = time.perf_counter()
            for item in items(payload):
                if item["type"] == "message" and item["room"] == self._room:
                    self._note(item["message"]["body"], now)
                elif item["type"] == "welcome":
                    welcomed.set()

        wire = await open_wire(site, person.session, hear)
        wire.send(type="hello", id="hello", client="attacks")
        async with asyncio.timeout(WELCOME_SECONDS):
            await welcomed.wait()
        self._wires.append(wire)

    def _note(self, body: str, now: float) -> None:
        if body.startswith("t="):
            sent = float(body[2:])
            self._readings.append((sent, (now - sent) * 1000))

    async def _keep_talking(self, wire: Wire) -> None:
        pause = 1 / MESSAGES_A_SECOND
        await asyncio.sleep(pause * self._wires.index(wire) / len(self._wires))
        while True:
            now = time.perf_counter()
            self._sent.append(now)
            draft = {"room": self._room, "client_id": str(uuid.uuid4()), "body": f"t={now!r}"}
            wire.send(type="message.send", id=repr(now), **draft)
            await asyncio.sleep(pause)


def _latency(took: list[float], *, lost: int) -> Latency:
    if not took:
        return Latency(0, 0.0, 0.0, 0.0, lost)
    p99 = took[int((len(took) - 1) * 0.99)]
    worst, p50 = took[-1], statistics.median(took)
    return Latency(len(took), round(p50, 2), round(p99, 2), round(worst, 2), lost)
