"""A room in which much is said: a megabyte a second and more, in the longest messages there are."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.attacks.wire import Wire, open_wire
from tests.faults.client import Person

BODY = "字" * 8_000  # three bytes each


class Noise:
    """Owner: `making`. `told` is how many bytes one who reads was told so far."""

    def __init__(self, people: list[Person], room: int, *, messages_a_second: float) -> None:
        self._people = people
        self._room = room
        self._pause = len(people) / messages_a_second
        self._wires: list[Wire] = []

    @property
    def told(self) -> int:
        return self._wires[0].bytes_heard

    @asynccontextmanager
    async def making(self, site: str) -> AsyncIterator["Noise"]:
        self._wires = [await open_wire(site, person.session, _ignore) for person in self._people]
        for wire in self._wires:
            wire.send(type="hello", id="hello", client="attacks")
        tasks = [asyncio.create_task(self._keep_on(wire)) for wire in self._wires]
        try:
            yield self
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            for wire in self._wires:
                wire.drop()

    async def _keep_on(self, wire: Wire) -> None:
        await asyncio.sleep(self._pause * self._wires.index(wire) / len(self._wires))
        while True:
            draft = {"room": self._room, "client_id": str(uuid.uuid4()), "body": BODY}
            wire.send(type="message.send", id="noise", **draft)
            await asyncio.sleep(self._pause)


def _ignore(payload: bytes) -> None:
    """What is said here is of no interest."""
