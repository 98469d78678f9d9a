"""A thousand people lose their server and come back at once: how long until all are, and what others feel.

"tear" cuts their connections while the server lives, and all are back within half a second: nothing is
harder on it. "kill" and "terminate" end it; clients then wait as browsers do, which takes most of the time.
The server has a core to itself, those who come back share another. Whoever is refused or fails after the
server's return is a fault; that nobody answers before it is not.
"""

import asyncio
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import asdict
from typing import Any, Literal

from tests.attacks.beside import beside
from tests.attacks.crowd import make_crowd
from tests.attacks.steady import Latency, Talk
from tests.attacks.watched import WatchedServer
from tests.faults.client import Person

CLIENTS_A_PROCESS = 250
ROOMS_OF_EACH = 4  # and `general`
PEOPLE_A_ROOM = 20
TALKERS = 5
MISSED = 20
MOST_SECONDS = 5.0
MOST_SECONDS_AT_ONCE = 2.0  # where all come back within half a second and have missed nothing
STEADY_SECONDS = 1.0
MOST_P99_MS = 250.0
GIVE_UP_SECONDS = 60.0
MEASURED_SECONDS = 5.0

End = Literal["tear", "kill", "terminate"]
WAYS: list[tuple[End, int]] = [
    ("tear", 0),
    ("tear", MISSED),
    ("kill", 0),
    ("kill", MISSED),
    ("terminate", 0),
    ("terminate", MISSED),
]


class Storm:
    """Owner: the harness; the server is started and stays the harness's."""

    def __init__(self, server: WatchedServer, clients: int) -> None:
        self._server = server
        rooms = max(1, clients * ROOMS_OF_EACH // PEOPLE_A_ROOM)
        self._people = make_crowd(server, "returning", clients, rooms=rooms, each=ROOMS_OF_EACH)
        self._talkers = make_crowd(server, "talker", TALKERS, rooms=1, each=1)
        self._is_filled = False

    async def run(
        self, end: End, missed: int, *, measured_seconds: float = MEASURED_SECONDS
    ) -> tuple[dict[str, Any], list[str]]:
        """One loss of the server, by `end`, and the return of everybody."""
        results: list[dict[str, Any]] = [{} for _ in self._parts()]
        async with AsyncExitStack() as stack:
            crowds = [
                await stack.enter_async_context(
                    beside(
                        "return",
                        result,
                        site=self._server.url,
                        people=[[person.user, person.session, person.rooms] for person in part],
                        missed=missed,
                        seed=number,
                        fill=not self._is_filled,
                    )
                )
                for number, (part, result) in enumerate(zip(self._parts(), results, strict=True))
            ]
            self._is_filled = True
            if end != "tear":
                await asyncio.to_thread(getattr(self._server, end))
                await asyncio.to_thread(self._server.start)
            returned = time.monotonic()
            async with Talk(self._talkers).talking(self._server.url) as talk:
                if end == "tear":
                    await asyncio.sleep(STEADY_SECONDS)
                    returned = time.monotonic()
                    for crowd in crowds:
                        crowd.tear()
                latency = await talk.measure(measured_seconds)
                backs = (crowd.hear("back", within=GIVE_UP_SECONDS) for crowd in crowds)
                await asyncio.gather(*backs, return_exceptions=True)
        clients = [client for result in results for client in result["clients"]]
        report = _report(clients, returned, latency)
        complaints = self._server.new_complaints()
        most = MOST_SECONDS if missed or end != "tear" else MOST_SECONDS_AT_ONCE
        return report, _faults(f"{end}, {missed} missed", report, most) + complaints

    def _parts(self) -> Iterator[list[Person]]:
        for start in range(0, len(self._people), CLIENTS_A_PROCESS):
            yield self._people[start : start + CLIENTS_A_PROCESS]


def _report(clients: list[dict[str, Any]], returned: float, latency: Latency) -> dict[str, Any]:
    live = [client for client in clients if client["live_at"]]
    after = sorted(client["live_at"] - returned for client in live)
    took = sorted(client["live_at"] - client["tried_at"] for client in live)
    refusals = [why for client in clients for at, why in client["refusals"] if at > returned]
    return {
        "clients": len(clients),
        "never_back": len(clients) - len(live),
        "refused": len(refusals),
        "refusals": sorted(set(refusals))[:5],
        "resets": sum(client["resets"] for client in clients),
        "all_back_after_seconds": round(after[-1], 2) if after else None,
        "half_back_after_seconds": round(after[len(after) // 2], 2) if after else None,
        "each_took_seconds_p50": round(took[len(took) // 2], 3) if took else None,
        "each_took_seconds_max": round(took[-1], 3) if took else None,
        "others": asdict(latency),
    }


def _faults(name: str, report: dict[str, Any], most_seconds: float) -> list[str]:
    faults = []
    if report["never_back"]:
        faults.append(f"{name}: {report['never_back']} never came back")
    if report["refused"]:
        faults.append(f"{name}: {report['refused']} refused: {report['refusals']}")
    if (report["all_back_after_seconds"] or 0) > most_seconds:
        faults.append(f"{name}: all back after {report['all_back_after_seconds']} s")
    if report["others"]["p99"] > MOST_P99_MS or not report["others"]["readings"]:
        faults.append(f"{name}: the others' p99 is {report['others']['p99']} ms")
    if report["others"]["lost"]:
        faults.append(f"{name}: {report['others']['lost']} of the others' messages were not read")
    return faults
