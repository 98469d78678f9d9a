"""One run of a scenario: everybody talks, something breaks, everybody catches up, all is compared."""

import asyncio
import time
from asyncio import to_thread
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from random import Random

from tests.faults import database
from tests.faults.breaking import Fault, Scene
from tests.faults.client import Client
from tests.faults.compare import Stored, compare
from tests.faults.log import Answer
from tests.faults.proxy import Proxy
from tests.faults.world import World

CALM_SECONDS = 30.0  # within which everybody is there, or has caught up
POLL_SECONDS = 0.02
PAUSE_SECONDS = (0.1, 0.5)  # between two messages of one person
AFTERWARDS = 2  # messages that each writes after the fault


@dataclass(frozen=True, slots=True)
class Result:
    """What was seen. `broken` and `mended` are monotonic; `recovery` is None where nobody recovered."""

    findings: list[str]
    broken: float
    mended: float
    recovery: float | None
    answers: list[Answer]
    resets: int
    summary: str


async def play(
    world: World, fault: Fault, random: Random, *, seconds: float, padding: int = 0
) -> Result:
    """Runs the fault among the world's people. Raises only where the test itself cannot go on."""
    proxy = Proxy([server.port for server in world.servers])
    clients = [
        Client(person, world.site, Random(random.random()), padding) for person in world.people
    ]
    async with proxy.listen(world.proxy_port), talking(clients) as talk:
        await until(lambda: all(client.is_welcomed for client in clients), talk)
        talk.begin()
        await until(lambda: all(client.log.oks for client in clients), talk)
        broken = time.monotonic()
        await fault(Scene(world, proxy, random, seconds))
        mended = time.monotonic()
        recovery = asyncio.create_task(recovered(clients, mended, talk))
        await talk.end_after(AFTERWARDS)
        findings = []
        if not await until(lambda: all(client.outbox.is_empty for client in clients), talk):
            findings.append(f"not all was sent within {CALM_SECONDS:.0f} s")
        stored = await to_thread(database.read, world.database_url)
        if not await until(lambda: all(stands_at(client, stored) for client in clients), talk):
            findings.append(f"not all caught up within {CALM_SECONDS:.0f} s")
        stored = await to_thread(database.read, world.database_url)
        seconds_taken = await recovery
    findings += compare([client.log for client in clients], stored)
    answers = [answer for client in clients for answer in client.log.answers]
    return Result(
        findings,
        broken=broken,
        mended=mended,
        recovery=seconds_taken,
        answers=answers,
        resets=sum(client.log.resets for client in clients),
        summary=summary(clients),
    )


async def recovered(clients: list[Client], mended: float, talk: "Talk") -> float | None:
    """Seconds until all that was written by `mended` is acknowledged and seen by everybody."""
    written = [(client.log, draft) for client in clients for draft in client.log.drafts]
    if not await until(lambda: all(draft in log.oks for log, draft in written), talk):
        return None
    target: dict[int, int] = {}
    for log, draft in written:
        ok = log.oks[draft]
        target[ok.room] = max(ok.rev, target.get(ok.room, 0))
    if not await until(lambda: all(has_reached(client, target) for client in clients), talk):
        return None
    return time.monotonic() - mended


def has_reached(client: Client, revs: dict[int, int]) -> bool:
    return client.is_welcomed and all(
        view.is_whole and view.state.rev >= revs.get(room, 0) for room, view in client.views.items()
    )


def stands_at(client: Client, stored: Stored) -> bool:
    return has_reached(client, {room: row.last_rev for room, row in stored.rooms.items()})


class Talk:
    """The clients' tasks and, from `begin` on, everybody's writing."""

    def __init__(self, clients: list[Client]) -> None:
        self._clients = clients
        self._left: int | None = None
        self._tasks = [asyncio.create_task(client.run()) for client in clients]
        self._writing: list[asyncio.Task[None]] = []

    def begin(self) -> None:
        self._writing = [asyncio.create_task(self._write(client)) for client in self._clients]

    async def end_after(self, messages: int) -> None:
        """Lets everybody write that many more."""
        self._left = messages
        await asyncio.gather(*self._writing)

    def check(self) -> None:
        """Raises what a client tripped over."""
        for task in self._tasks:
            if task.done():
                task.result()

    async def end(self) -> None:
        for task in (*self._tasks, *self._writing):
            task.cancel()
        await asyncio.gather(*self._tasks, *self._writing, return_exceptions=True)

    async def _write(self, client: Client) -> None:
        written = 0
        while self._left is None or written < self._left:
            written += self._left is not None
            await asyncio.sleep(client.random.uniform(*PAUSE_SECONDS))
            client.write(client.random.choice(client.person.rooms))


@asynccontextmanager
async def talking(clients: list[Client]) -> AsyncGenerator[Talk]:
    talk = Talk(clients)
    try:
        yield talk
    finally:
        await talk.end()


async def until(condition: Callable[[], bool], talk: Talk) -> bool:
    """Whether it came true in time."""
    deadline = time.monotonic() + CALM_SECONDS
    while not condition():
        talk.check()
        if time.monotonic() > deadline:
            return False
        await asyncio.sleep(POLL_SECONDS)
    return True


def summary(clients: list[Client]) -> str:
    logs = [client.log for client in clients]
    return (
        f"{sum(len(log.drafts) for log in logs)} written, {sum(len(log.oks) for log in logs)} "
        f"acknowledged, {sum(len(log.answers) for log in logs)} answers, "
        f"{sum(log.connections for log in logs)} connections, {sum(log.repairs for log in logs)} "
        f"syncs, {sum(log.resets for log in logs)} resets"
    )
