"""Many clients that lose their server and come back as the browser's does (static/js/backoff.js).

Each holds the revs of its rooms. What it is to have missed it leaves out of them when it says hello again: to
the server that is the same as having been away while it was said.
"""

import asyncio
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from tests.attacks.wire import LOST, Wire, items, open_wire
from tests.faults.client import Person

RESTARTING = {1001, 1012}
RESTART_SPREAD_SECONDS = 5.0
FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS = 0.5, 1.5  # as the page in the first ten seconds
CONNECT_AT_ONCE = 50
OPEN_SECONDS = 15.0
QUIET_SECONDS = 1.0


@dataclass
class Returning:
    """One client. `tries` are the moments at which it called a server that is back, `live_at` its welcome."""

    person: Person
    site: str
    random: Random
    on_live: Callable[[], None]
    missed: int = 0
    revs: dict[int, int] = field(default_factory=dict)
    live_at: float | None = None
    tried_at: float = 0.0
    resets: int = 0
    refusals: list[tuple[float, str]] = field(default_factory=list)
    is_live: asyncio.Event = field(default_factory=asyncio.Event)
    is_lost: asyncio.Event = field(default_factory=asyncio.Event)
    _failures: int = 0
    _retry_after: float | None = None
    _behind: set[int] = field(default_factory=set)
    _is_welcome: bool = False
    _wire: Wire | None = None

    async def run(self) -> None:
        """One connection after the other, until cancelled."""
        while True:
            code = await self._connect()
            was_live, self.live_at = self.live_at is not None, None
            self.is_lost.set()
            self._failures = 0 if was_live else self._failures + 1
            await asyncio.sleep(self._wait_after(code))

    async def say_in_each_room(self) -> None:
        for room in self.person.rooms:
            draft = {"client_id": str(uuid.uuid4()), "body": f"said before the storm in {room}"}
            assert self._wire is not None
            self._wire.send(type="message.send", id=str(room), room=room, **draft)

    def tear(self) -> None:
        assert self._wire is not None
        self._wire.drop()

    async def _connect(self) -> int:
        """Until the connection ends; its close code."""
        self.tried_at = time.monotonic()
        self._retry_after, self._is_welcome = None, False
        try:
            async with asyncio.timeout(OPEN_SECONDS):
                self._wire = await open_wire(self.site, self.person.session, self._hear)
        except (OSError, TimeoutError) as error:
            self.refusals.append((time.monotonic(), f"{type(error).__name__} {error}"[:120]))
            return LOST
        held = {room: max(0, rev - self.missed) for room, rev in self.revs.items()}
        self._behind = {room for room, rev in held.items() if rev < self.revs[room]}
        self._wire.send(type="hello", id="hello", client="attacks", rooms=held)
        return await self._wire.ended

    def _wait_after(self, code: int) -> float:
        if code in RESTARTING:
            return self.random.random() * (self._retry_after or RESTART_SPREAD_SECONDS)
        longest = min(LONGEST_WAIT_SECONDS, FIRST_WAIT_SECONDS * 2.0**self._failures)
        return self.random.random() * longest

    def _hear(self, payload: bytes) -> None:
        for item in items(payload):
            self._take(item)
        if self.live_at is None and self._is_welcome and not self._behind:
            self.live_at = time.monotonic()
            self.is_live.set()
            self.on_live()

    def _take(self, item: dict[str, Any]) -> None:
        match item["type"]:
            case "welcome":
                self._is_welcome = True
                self.revs |= {room["id"]: room["last_rev"] for room in item["rooms"]}
            case "sync" | "reset":
                self.resets += item["type"] == "reset"
                self._behind.discard(item["room"])
                self.revs[item["room"]] = item["rev"]
            case "message":
                self.revs[item["room"]] = item["message"]["rev"]
            case "bye":
                self._retry_after = item.get("retry_after", 0) / 1000
                if self.live_at is None:
                    self.refusals.append((time.monotonic(), f"bye {item['code']}"))
            case "error":
                self.refusals.append((time.monotonic(), f"error {item['code']}"))


class Crowd:
    """All of one process. `all_are_live` is set whenever they are."""

    def __init__(self, site: str, people: list[Person], *, missed: int, seed: int) -> None:
        random = Random(seed)
        self.all_are_live = asyncio.Event()
        self._live = 0
        self.clients = [
            Returning(person, site, Random(random.random()), self._note, missed=missed)
            for person in people
        ]

    async def run(self) -> None:
        """The first time they come a few at a time."""
        tasks = []
        for start in range(0, len(self.clients), CONNECT_AT_ONCE):
            some = self.clients[start : start + CONNECT_AT_ONCE]
            tasks += [asyncio.create_task(client.run()) for client in some]
            await asyncio.gather(*(client.is_live.wait() for client in some))
        await asyncio.gather(*tasks)

    async def fill_rooms(self) -> None:
        """Something is there that can be missed; waits until all of it was told."""
        for client in self.clients:
            await client.say_in_each_room()
            await asyncio.sleep(0.005)
        before: list[dict[int, int]] = []
        while (now := [dict(client.revs) for client in self.clients]) != before:
            before = now
            await asyncio.sleep(QUIET_SECONDS)

    async def all_are_lost(self) -> None:
        await asyncio.gather(*(client.is_lost.wait() for client in self.clients))
        self.all_are_live.clear()

    def tear(self) -> None:
        """All connections at once, as a proxy does that is restarted; the server lives on."""
        for client in self.clients:
            client.tear()

    def results(self) -> list[dict[str, Any]]:
        return [
            {
                "tried_at": client.tried_at,
                "live_at": client.live_at,
                "resets": client.resets,
                "refusals": client.refusals,
            }
            for client in self.clients
        ]

    def _note(self) -> None:
        if all(client.live_at for client in self.clients):
            self.all_are_live.set()
