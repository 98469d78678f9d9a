"""The soak: people come and go for a while, and when all have left nothing of them is left.

The base is taken after a first round of the same, when caches and pools are filled. On PostgreSQL and Redis
those two are asked as well.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.attacks import backing
from tests.attacks.churn import Churn
from tests.attacks.crowd import make_crowd
from tests.attacks.inside import grown_most, unrest
from tests.attacks.memory import more_memory
from tests.attacks.usage import Allowance, Usage, usage_of
from tests.attacks.watched import WatchedServer
from tests.services import Postgres, Redis

PEOPLE, ROOMS, EACH = 30, 8, 3
POLL_SECONDS = 1.0
ALLOWED = Allowance(rss=6 * 1024 * 1024, threads=8, files=24)
COUNTED = (
    "tasks",
    "connections",
    "feeds",
    "user_feeds",
    "groups",
    "database_connections",
    "redis_channels",
    "redis_clients",
)
MORE_DATABASE_CONNECTIONS = 16  # of the pool, which shrinks slowly
OURS = ("chat.", "chatsite.", "daphne.", "autobahn.", "asyncio.", "twisted.")
MORE_OBJECTS = 40

Count = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Books:
    """All that is counted of a server at rest."""

    usage: Usage
    counts: Count

    def excess(self, base: "Books") -> list[str]:
        """What is left of those who have gone."""
        found = ALLOWED.excess(base.usage, self.usage)
        for name in COUNTED:
            spare = MORE_DATABASE_CONNECTIONS if name == "database_connections" else 0
            if self.counts.get(name, 0) > base.counts.get(name, 0) + spare:
                found.append(f"{name}: {base.counts[name]}, then {self.counts[name]}")
        return found + self._more_objects(base) + more_memory(base.counts, self.counts)

    def as_json(self) -> dict[str, Any]:
        return {name: count for name, count in self.counts.items() if name != "objects"} | (
            self.usage.as_json()
        )

    def _more_objects(self, base: "Books") -> list[str]:
        before, after = base.counts["objects"], self.counts["objects"]
        return [
            f"{after[kind] - before.get(kind, 0)} more of {kind}"
            for kind in after
            if kind.startswith(OURS) and after[kind] - before.get(kind, 0) > MORE_OBJECTS
        ]


class Soak:
    """On a server that the harness started; `services` are those it uses, if any."""

    def __init__(self, server: WatchedServer, *services: Postgres | Redis) -> None:
        self._server = server
        self._services = services
        self._people = make_crowd(server, "soaked", PEOPLE, rooms=ROOMS, each=EACH)

    async def run(
        self, warm_up: float, seconds: float, *, settle: float, seed: int
    ) -> tuple[dict[str, Any], list[str]]:
        """`settle` is how long the server may take until nothing is left."""
        first = await self._churn(warm_up, seed)
        base = await self._at_rest(settle, lambda books: unrest(books.counts))
        churn = await self._churn(seconds, seed + 1)
        end = await self._at_rest(settle, lambda books: books.excess(base))
        faults = first.faults + churn.faults + end.excess(base) + self._server.new_complaints()
        report = {
            "seconds": seconds,
            "done": dict(churn.done),
            "base": base.as_json(),
            "end": end.as_json(),
            "grown_most": grown_most(base.counts, end.counts),
            "faults": faults,
        }
        return report, faults

    async def _churn(self, seconds: float, seed: int) -> Churn:
        churn = Churn(self._server.url, self._people, seed)
        await churn.run(seconds)
        return churn

    async def _at_rest(self, within: float, unrest: Callable[[Books], list[str]]) -> Books:
        """The books as soon as nothing is wrong with them, or as they are in the end."""
        deadline = asyncio.get_running_loop().time() + within
        while True:
            books = await asyncio.to_thread(self._books)
            if not unrest(books) or asyncio.get_running_loop().time() > deadline:
                return books
            await asyncio.sleep(POLL_SECONDS)

    def _books(self) -> Books:
        counts = self._server.look(objects=True)
        for service in self._services:
            counts |= _counts_of(service, self._server)
        usage = usage_of(self._server.pid)
        without_caches = Usage(usage.rss - counts["sqlite_bytes"], usage.threads, usage.files)
        return Books(without_caches, counts)


def _counts_of(service: Postgres | Redis, server: WatchedServer) -> Count:
    if isinstance(service, Postgres):
        name = server.env["DATABASE_URL"].rpartition("/")[2]
        return {"database_connections": backing.count_database_connections(service, name)}
    return {
        "redis_channels": backing.count_redis_channels(service),
        "redis_clients": backing.count_redis_clients(service),
    }
