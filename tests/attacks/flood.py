"""One client that sends a thousand frames a second, and comes back the moment it is thrown out."""

import asyncio
import time
import uuid
from dataclasses import dataclass, field

from tests.attacks.wire import Wire, items, open_wire
from tests.faults.client import Person

FRAMES_A_SECOND = 1_000
BURST = 20
FLOODING = 4429


@dataclass
class Flood:
    """`limited_after` is the seconds from the first frame until it was refused one, or the connection."""

    person: Person
    sent: int = 0
    refused: int = 0
    connections: int = 0
    codes: list[int] = field(default_factory=list)
    limited_after: float | None = None
    _began: float = 0.0

    async def run(self, site: str, ready: asyncio.Event) -> None:
        while True:
            try:
                wire = await open_wire(site, self.person.session, self._hear)
            except OSError:
                self._note_limit()
                await asyncio.sleep(0.05)
                continue
            self.connections += 1
            ready.set()
            await self._pour(wire)

    async def _pour(self, wire: Wire) -> None:
        """Half of it messages; until the connection ends."""
        wire.send(type="hello", id="hello", client="attacks")
        self._began = self._began or time.monotonic()
        due = time.monotonic()
        while not wire.ended.done():
            for number in range(BURST):
                self._say(wire) if number % 2 else wire.send(type="ping", id=str(self.sent))
                self.sent += 1
            due = max(due + BURST / FRAMES_A_SECOND, time.monotonic() - 0.5)
            await asyncio.sleep(max(0, due - time.monotonic()))
        self.codes.append(wire.ended.result())
        self._note_limit()

    def _say(self, wire: Wire) -> None:
        draft = {"client_id": str(uuid.uuid4()), "body": "flood"}
        wire.send(type="message.send", id=str(self.sent), room=self.person.rooms[0], **draft)

    def _hear(self, payload: bytes) -> None:
        for item in items(payload):
            if item["type"] == "error" and item["code"] == "rate_limited":
                self.refused += 1
                self._note_limit()

    def _note_limit(self) -> None:
        if self.limited_after is None and self._began:
            self.limited_after = round(time.monotonic() - self._began, 3)
