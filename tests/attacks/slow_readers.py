"""Those who do not read, who send too much, whose handshake never ends: what each costs the others."""

from dataclasses import asdict
from typing import Any

from tests.attacks.beside import beside
from tests.attacks.crowd import make_crowd
from tests.attacks.deaf import watch_readers
from tests.attacks.frozen import MANNERS
from tests.attacks.noise import Noise
from tests.attacks.rounds import Comparison, compare
from tests.attacks.steady import Talk
from tests.attacks.watched import WatchedServer
from tests.faults.client import Person

READERS, HANDSHAKES, TALKERS = 100, 500, 8
MOST_RATIO = {"slow readers": 1.2, "flood": 1.2, "slow handshakes": 1.5}
LIMITED_WITHIN_SECONDS = 1.0
NOISE_A_SECOND = 20.0


async def measure_memory(server: WatchedServer) -> tuple[dict[str, Any], list[str]]:
    """On a server without rate limits: only so can one room be this noisy."""
    report, faults = {}, []
    for manner in MANNERS:
        found = await watch_readers(server, manner)
        report[manner] = asdict(found)
        faults += found.faults(manner)
    return report, faults


async def measure_cost(
    server: WatchedServer, *, rounds: int, seconds: float
) -> tuple[dict[str, Any], list[str]]:
    """On a server with its limits, as people meet it."""
    talkers = make_crowd(server, "talker", TALKERS, rooms=1, each=1)
    frozen = make_crowd(server, "frozen", READERS + 8, rooms=1, each=1)
    flooder = make_crowd(server, "flooder", 1, rooms=1, each=1)
    flood: dict[str, Any] = {}
    noise = Noise(frozen[READERS:], frozen[0].rooms[0], messages_a_second=NOISE_A_SECOND)
    attacks = {
        "slow readers": lambda: _beside("frozen", server, frozen[:READERS]),
        "flood": lambda: _beside("flood", server, flooder, result=flood),
        "slow handshakes": lambda: beside("trickle", {}, site=server.url, count=HANDSHAKES),
    }
    report: dict[str, Any] = {}
    faults = []
    async with Talk(talkers).talking(server.url) as talk, noise.making(server.url):
        await talk.measure(1.0)
        for name, attack in attacks.items():
            found = await compare(talk, attack, rounds=rounds, seconds=seconds)
            report[name] = found.as_json()
            faults += _faults(name, found)
        if talk.ended:
            faults.append(f"{talk.ended} of those who talk steadily were thrown out")
    report["flood"]["last"] = flood
    return report, faults + _faults_of_flood(flood)


def _beside(
    name: str, server: WatchedServer, people: list[Person], result: dict[str, Any] | None = None
) -> Any:
    given = [[person.user, person.session, person.rooms] for person in people]
    return beside(name, {} if result is None else result, site=server.url, people=given)


def _faults(name: str, found: Comparison) -> list[str]:
    faults = []
    if found.ratio > MOST_RATIO[name]:
        faults.append(f"{name}: p99 is {found.ratio} times as long, not {MOST_RATIO[name]}")
    if found.lost:
        faults.append(f"{name}: {found.lost} messages were not read by everybody in time")
    return faults


def _faults_of_flood(flood: dict[str, Any]) -> list[str]:
    after = flood["limited_after_seconds"]
    if after is None or after > LIMITED_WITHIN_SECONDS:
        return [f"flood: limited after {after} s, not {LIMITED_WITHIN_SECONDS}"]
    return []
