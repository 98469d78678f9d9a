"""People who come, talk, join, leave and go, politely and rudely, with pages loading beside."""

import asyncio
import json
import secrets
import uuid
from collections import Counter
from collections.abc import Awaitable, Callable
from random import Random
from typing import Any

from tests.attacks.canary import visitor_of
from tests.attacks.frozen import greet
from tests.attacks.wire import Wire, items
from tests.client import Visitor
from tests.faults.client import Person

PAGES = ("/", "/rooms/general/", "/session", "/healthz", "/accounts/login/", "/nowhere")
ACTS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("message.send", {"body": "hello **you**"}),
    ("message.send", {"body": "你好"}),
    ("history", {}),
    ("members", {}),
    ("reaction.add", {"seq": 1, "emoji": "👍"}),
    ("room.join", {}),
    ("room.leave", {}),
)
END_SECONDS = 10.0


class Churn:
    """`done` counts what was done, `faults` what the server did not bear."""

    def __init__(self, site: str, people: list[Person], seed: int) -> None:
        self.done: Counter[str] = Counter()
        self.faults: list[str] = []
        self._site = site
        self._people = people
        self._random = Random(seed)
        self._public: int | None = None

    async def run(self, seconds: float) -> None:
        """For so long; at the end everybody leaves."""
        lives = [self._live(person) for person in self._people]
        tasks = [asyncio.create_task(life) for life in [*lives, self._browse(), self._be_guests()]]
        await asyncio.sleep(seconds)
        for task in tasks:
            task.cancel()
        for end in await asyncio.gather(*tasks, return_exceptions=True):
            if not isinstance(end, asyncio.CancelledError):
                self.faults.append(f"somebody gave up: {end!r}")

    async def _live(self, person: Person) -> None:
        """One connection after the other."""
        while True:
            wire = await greet(self._site, person, hear=self._hear)
            try:
                for _ in range(self._random.randrange(1, 12)):
                    self._act(wire, person)
                    await asyncio.sleep(self._random.random() * 0.4)
            finally:
                await self._random.choice(ENDS)(wire)
                wire.drop()
            self.done["connections"] += 1
            await asyncio.sleep(self._random.random() * 0.5)

    def _act(self, wire: Wire, person: Person) -> None:
        kind, fields = self._random.choice(ACTS)
        command = {
            "type": kind,
            "id": secrets.token_hex(4),
            "room": self._random.choice(person.rooms),
        }
        if kind in {"room.join", "room.leave"}:
            if self._public is None:
                kind, fields = (
                    "room.create",
                    {"kind": "public", "name": f"Soak {secrets.token_hex(4)}"},
                )
                command = {"type": kind, "id": "create"}
            else:
                command["room"] = self._public
        if kind == "message.send":
            command["client_id"] = str(uuid.uuid4())
        self.done[kind] += 1
        wire.send_raw(json.dumps(command | fields).encode())

    def _hear(self, payload: bytes) -> None:
        for item in items(payload):
            if item["type"] == "error" and item["code"] == "internal":
                self.faults.append(f"answered {item}")
            if item["type"] == "ok" and isinstance(item.get("room"), dict):
                self._public = item["room"]["id"]

    async def _browse(self) -> None:
        visitors = [visitor_of(self._site, person) for person in self._people[:4]]
        visitors.append(Visitor(self._site))
        while True:
            page = await asyncio.to_thread(
                self._random.choice(visitors).get, self._random.choice(PAGES)
            )
            self.done["pages"] += 1
            if page.status >= 500:
                self.faults.append(f"{page.url} answered {page.status}")
            await asyncio.sleep(0.1)

    async def _be_guests(self) -> None:
        """Sessions that begin, and end under an open socket."""
        while True:
            guest = Visitor(self._site)
            await asyncio.to_thread(guest.sign_up, f"guest{secrets.token_hex(4)}")
            person = Person(0, guest.cookie("sessionid") or "", [])
            wire = await greet(self._site, person)
            try:
                await asyncio.to_thread(guest.post, "/accounts/logout/")
                self.done[f"signed out: {await _end_of(wire)}"] += 1
            finally:
                wire.drop()
            await asyncio.sleep(1)


async def _end_of(wire: Wire) -> int | None:
    """The close code; None where none comes."""
    try:
        async with asyncio.timeout(END_SECONDS):
            return await asyncio.shield(wire.ended)
    except TimeoutError:
        return None


async def _politely(wire: Wire) -> None:
    wire.leave()
    if await _end_of(wire) is None:
        wire.drop()


async def _rudely(wire: Wire) -> None:
    wire.drop()


async def _in_mid_frame(wire: Wire) -> None:
    if not wire.transport.is_closing():
        wire.transport.write(b"\x81\xfe\x10\x00\x00\x00\x00\x00half a fr")
    wire.transport.close()


ENDS: list[Callable[[Wire], Awaitable[None]]] = [_politely, _rudely, _in_mid_frame]
