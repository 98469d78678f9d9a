"""The fuzzer: hostile frames and requests at a running server, and the verdict on it.

Assaults run a few at a time, in waves. After each wave the log is read; where it holds a traceback, or an
answer was one that may never be, the wave's assaults are done again one by one to find whose it is, and
pieces of the guilty one are left out for as long as it stays guilty. At the end the process must use no more
than after a warm-up of the same kind of attack, all garbage collected and free memory given back.
"""

import asyncio
import re
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, TypeVar

from tests.attacks import asking, made
from tests.attacks.canary import Canary
from tests.attacks.crowd import make_crowd
from tests.attacks.frames import Assault, make_assault
from tests.attacks.inside import grown_most, unrest
from tests.attacks.memory import more_memory
from tests.attacks.performing import perform
from tests.attacks.requests import make_request
from tests.attacks.usage import Allowance, Usage, until_back
from tests.attacks.watched import WatchedServer
from tests.faults.client import Person

ATTACKERS = 40
MADE = 0.05  # so many more of the frames are made by Hypothesis
AT_ONCE = 32
WARM_UP = 0.1  # of the attack, before memory is measured first, and at least so much:
WARM_UP_FRAMES, WARM_UP_REQUESTS = 1_500, 80
MOST_FINDINGS = 20
SHOWN_BYTES = 2_000
POLL_SECONDS = 1.0
SETTLE_SECONDS = 45.0  # feeds linger 30 s after the last has left
# Pools start their threads when they are first needed, and each opens its database.
ALLOWED = Allowance(rss=16 * 1024 * 1024, threads=8, files=24)

Attack = TypeVar("Attack", Assault, bytes)
Do = Callable[[Attack], Awaitable[list[str]]]
Shrink = Callable[[Attack, str], Awaitable[list[str]]]


@dataclass(frozen=True, slots=True)
class Finding:
    kind: str
    detail: str
    bytes: tuple[str, ...] = ()

    def __str__(self) -> str:
        return "\n    ".join(
            [f"{self.kind}: {self.detail}", *(one[:SHOWN_BYTES] for one in self.bytes)]
        )


@dataclass
class Report:
    seed: int
    frames: int = 0
    connections: int = 0
    examples: int = 0
    requests: int = 0
    songs: int = 0
    codes: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    usage: dict[str, dict[str, int]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    @property
    def is_enough(self) -> bool:
        return len(self.findings) >= MOST_FINDINGS

    def as_json(self) -> dict[str, Any]:
        return {
            "seed": self.seed,
            "frames": self.frames,
            "connections": self.connections,
            "examples_of_hypothesis": self.examples,
            "requests": self.requests,
            "songs": self.songs,
            "close_codes": dict(sorted(self.codes.items())),
            "statuses": dict(sorted(self.statuses.items())),
            "usage": self.usage,
            "findings": [str(finding) for finding in self.findings],
        }


class Fuzzer:
    """One attack on one server, which it does not start or end."""

    def __init__(self, server: WatchedServer, seed: int) -> None:
        self.report = Report(seed)
        self._server = server
        self._titles: set[str] = set()
        self._people = make_crowd(server, "attacker", ATTACKERS, rooms=8, each=3)
        self._canary = Canary(server.url, *make_crowd(server, "canary", 2, rooms=1, each=1))
        self._rooms = sorted({room for person in self._people for room in person.rooms})

    async def run(
        self, *, frames: int, requests: int, settle_seconds: float = SETTLE_SECONDS
    ) -> Report:
        """That many frames and requests at least; stops early at MOST_FINDINGS."""
        self._server.new_complaints()
        async with self._canary.singing():
            await self._attack(
                max(WARM_UP_FRAMES, int(frames * WARM_UP)),
                max(WARM_UP_REQUESTS, int(requests * WARM_UP)),
            )
        base, before = await self._at_rest(settle_seconds)
        async with self._canary.singing():
            await self._search(int(frames * MADE / made.FRAMES_AN_EXAMPLE))
            await self._attack(frames, requests)
        measure = self._server.settled_usage
        excess = await until_back(measure, base, ALLOWED, within=settle_seconds)
        end, after = await self._at_rest(settle_seconds)
        self.report.usage |= {"base": _books(base, before), "end": _books(end, after)}
        grown = grown_most(before, after)
        self.report.findings += [
            Finding("leak", one, grown)
            for one in excess
            + more_memory(before, after)
            + [f"{name} stay" for name in unrest(after)]
        ]
        self.report.findings += map(_late_finding, self._server.new_complaints())
        self.report.songs = self._canary.songs
        self.report.findings += [Finding("chat", fault) for fault in self._canary.faults]
        return self.report

    async def _at_rest(self, within: float) -> tuple[Usage, dict[str, Any]]:
        """As soon as nothing is there of those who have left, or as it is in the end."""
        deadline = asyncio.get_running_loop().time() + within
        counts = await asyncio.to_thread(self._server.look, objects=True)
        while unrest(counts) and asyncio.get_running_loop().time() < deadline:
            await asyncio.sleep(POLL_SECONDS)
            counts = await asyncio.to_thread(self._server.look, objects=True)
        return await asyncio.to_thread(self._server.settled_usage), counts

    async def _search(self, examples: int) -> None:
        """In a thread: Hypothesis knows no event loop."""
        session = self._people[0].session
        found = await asyncio.to_thread(
            made.search, self._server, session, self.report.seed, examples
        )
        self.report.examples = examples
        self.report.findings += [Finding(_title(fault), fault) for fault in found]

    async def _attack(self, frames: int, requests: int) -> None:
        await self._in_waves(self._assaults(self.report.frames + frames), self._do, self._shrunk)
        await self._in_waves(self._requests(self.report.requests + requests), self._ask, _as_is)

    def _assaults(self, until: int) -> Iterator[Assault]:
        while self.report.frames < until:
            assault = make_assault(self.report.seed, self.report.connections, self._rooms)
            self.report.connections += 1
            self.report.frames += len(assault.pieces)
            yield assault

    def _requests(self, until: int) -> Iterator[bytes]:
        host = self._server.url.removeprefix("http://")
        while self.report.requests < until:
            number = self.report.requests
            self.report.requests += 1
            yield make_request(self.report.seed, number, host, self._person(number).session)

    # ---- a wave

    async def _in_waves(
        self, attacks: Iterable[Attack], do: Do[Attack], shrink: Shrink[Attack]
    ) -> None:
        attacks = iter(attacks)
        while not self.report.is_enough and (wave := list(islice(attacks, AT_ONCE))):
            answers = await asyncio.gather(*map(do, wave))
            for attack, faults in zip(wave, answers, strict=True):
                await self._note_once(faults, [attack], shrink)
            for complaint in self._server.new_complaints():
                if _title(complaint) not in self._titles:
                    guilty = await self._narrow(wave, _title(complaint), do)
                    await self._note_once([complaint], guilty, shrink)

    async def _narrow(self, wave: list[Attack], title: str, do: Do[Attack]) -> list[Attack]:
        """Whose complaint it is, by halves; more than one where none of them brings it about alone."""
        while len(wave) > 1:
            middle = len(wave) // 2
            for half in (wave[:middle], wave[middle:]):
                await asyncio.gather(*map(do, half))
                if title in map(_title, self._server.new_complaints()):
                    wave = half
                    break
            else:
                break
        return wave

    async def _note_once(
        self, faults: list[str], guilty: list[Attack], shrink: Shrink[Attack]
    ) -> None:
        """The first of its kind, with the fewest bytes that bring it about."""
        for fault in faults:
            if (title := _title(fault)) not in self._titles:
                self._titles.add(title)
                shown = await shrink(guilty[0], title) if len(guilty) == 1 else map(repr, guilty)
                self.report.findings.append(Finding(title, fault, tuple(shown)))

    async def _do(self, assault: Assault) -> list[str]:
        person = self._person(assault.number)
        outcome = await perform(assault, self._server.url, person.session)
        self.report.codes[str(outcome.code)] += 1
        return outcome.judge(assault)

    async def _ask(self, request: bytes) -> list[str]:
        statuses = await asking.ask(request, self._server.url)
        self.report.statuses.update(statuses)
        return asking.judge(statuses)

    async def _shrunk(self, assault: Assault, title: str) -> list[str]:
        """Pieces are left out for as long as the rest is guilty of the same."""
        for index in reversed(range(len(assault.pieces))):
            smaller = assault.without(index)
            faults = await self._do(smaller) + self._server.new_complaints()
            if title in map(_title, faults):
                assault = smaller
        return [*map(repr, assault.pieces)]

    def _person(self, number: int) -> Person:
        return self._people[number % len(self._people)]


def _books(usage: Usage, counts: dict[str, Any]) -> dict[str, int]:
    return usage.as_json() | {name: count for name, count in counts.items() if name != "objects"}


def _title(fault: str) -> str:
    """What makes two of them the same finding."""
    return re.sub(r"\d+", "N", fault.partition("\n")[0][:80])


def _late_finding(complaint: str) -> Finding:
    return Finding(_title(complaint), complaint)


async def _as_is(request: bytes, title: str) -> list[str]:
    return [repr(request)]
