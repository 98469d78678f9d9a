"""Whether what serving needs is there: the database, of this version, the channel layer, room on the disk."""

import asyncio
import logging
import shutil
from collections.abc import Awaitable, Callable

from django.conf import settings

from accounts.schema import missing_migrations
from chat import database, line
from chat.errors import Unavailable

PART_SECONDS = 3.0
KEPT_SECONDS = 1.0
CLOSE_SECONDS = 0.5
MIB = 1024 * 1024

log = logging.getLogger(__name__)


class Parts:
    """Owner: the process, which has one. Bounds: one look at each part at a time, also where it hangs;
    whoever asks meanwhile, or within KEPT_SECONDS, shares the answer. So anybody may ask, as often as they
    like. End: `close`."""

    def __init__(self) -> None:
        self._looks: dict[str, asyncio.Task[str]] = {}
        self._answer: asyncio.Task[list[str]] | None = None
        self._kept_until = 0.0

    async def failing(self) -> list[str]:
        """A line for each, which names it."""
        loop = asyncio.get_running_loop()
        if self._answer is None or (self._answer.done() and loop.time() >= self._kept_until):
            self._answer = loop.create_task(self._look())
        return await asyncio.shield(self._answer)

    async def close(self) -> None:
        """Ends the looks under way. A thread that hangs is left to the end of the process."""
        tasks = [task for task in (self._answer, *self._looks.values()) if task and not task.done()]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=CLOSE_SECONDS)

    async def _look(self) -> list[str]:
        loop = asyncio.get_running_loop()
        for name, part in PARTS.items():
            if name not in self._looks or self._looks[name].done():
                self._looks[name] = loop.create_task(_looked_at(name, part))
        await asyncio.wait(self._looks.values(), timeout=PART_SECONDS)
        self._kept_until = loop.time() + KEPT_SECONDS
        return [said for name, look in self._looks.items() if (said := _said_of(name, look))]


def _said_of(name: str, look: asyncio.Task[str]) -> str:
    return look.result() if look.done() else f"{name}: no answer in {PART_SECONDS:g} s"


async def _looked_at(name: str, part: Callable[[], Awaitable[str]]) -> str:
    try:
        return await part()
    except Exception:
        log.exception("Whether all is well with the %s cannot be told.", name)
        return f"{name}: cannot be told"


async def _database() -> str:
    """Its migrations, too: of a database that is away nobody knows how old it is."""
    try:
        missing = await database.run(missing_migrations)
    except Unavailable:
        return "database: cannot be used (DATABASE_URL)"
    if missing:
        return f"migrations: {len(missing)} missing, {missing[0]} first: run manage.py prepare"
    return ""


async def _layer() -> str:
    """By their places: anybody may ask, and an address may hold a password."""
    if not (silent := await line.silent()):
        return ""
    count = len(settings.REDIS_URLS)
    which = f" Redis {', '.join(map(str, silent))} of {count}" if count > 1 else ""
    return f"layer:{which} cannot be reached (REDIS_URL)"


async def _disk() -> str:
    try:
        free = (await asyncio.to_thread(shutil.disk_usage, settings.VAR_DIR)).free // MIB
    except OSError:
        return "disk: VAR_DIR cannot be looked at"
    if free < settings.MIN_FREE_MIB:
        return f"disk: {free} MiB free in VAR_DIR, less than {settings.MIN_FREE_MIB} (MIN_FREE_MIB)"
    return ""


PARTS = {"database": _database, "layer": _layer, "disk": _disk}

parts = Parts()
