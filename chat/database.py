"""Database work for the event loop: a few threads, each with a connection of its own.

`database_sync_to_async` would run everything on the process's one shared thread, where a slow query
holds up all sockets. Bound: MAX_WAITING calls at a time; the next is refused at once.
"""

import asyncio
import logging
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import Any, ParamSpec, TypeVar

from django.db import InterfaceError, InternalError, OperationalError, connection

from .errors import Unavailable

THREADS = 4
MAX_WAITING = 5_000
RETRY_AFTER_MS = 1_000
FAILURES_BEFORE_DOWN = 3

# The database is away, hangs, is full or takes no writes: not the fault of what was asked. PostgreSQL calls
# a read-only server an internal error.
OUTAGES = (OperationalError, InterfaceError, InternalError)
# SQLSTATE, appendix A of PostgreSQL's manual: others were in the way, the database is well.
LOCK_NOT_AVAILABLE, DEADLOCK = "55P03", "40P01"
CONTENTION = {LOCK_NOT_AVAILABLE, DEADLOCK}

P = ParamSpec("P")
R = TypeVar("R")

log = logging.getLogger(__name__)

_readers = ThreadPoolExecutor(THREADS, thread_name_prefix="chat-read")
_actors = ThreadPoolExecutor(THREADS, thread_name_prefix="chat-act")
_waiting: set[asyncio.Future[Any]] = set()


async def run(work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Runs a read on one of the database threads. Raises `Unavailable` where the database fails."""
    return await _run(_readers, partial(work, *args, **kwargs))


async def act(work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Runs what may wait for a lock, on threads of its own: nobody's reads wait with it."""
    return await _run(_actors, partial(work, *args, **kwargs))


async def _run(threads: ThreadPoolExecutor, work: Callable[[], R]) -> R:
    if len(_waiting) >= MAX_WAITING:
        raise unavailable()
    call = asyncio.get_running_loop().run_in_executor(threads, _work, work)
    _waiting.add(call)
    call.add_done_callback(_waiting.discard)
    return await call


def waiting() -> int:
    """Calls that are queued or at work."""
    return len(_waiting)


def let_go() -> None:
    """Gives this thread's connection back, for those who now do something that takes long."""
    if not connection.in_atomic_block:
        connection.close()


def unavailable(detail: str = "Not available now.") -> Unavailable:
    return Unavailable(detail, retry_after=RETRY_AFTER_MS)


def note_outage(error: Exception) -> None:
    """Parts with the thread's connection, which may be broken: the next call gets another.

    One that is lost was hardly the only one. The pool would hand out the rest of the dead, find each out and
    wait a second, then two between them: after a restart of PostgreSQL a full pool took 13 s to serve again.
    """
    if getattr(error.__cause__, "sqlstate", None) in CONTENTION:
        connection.close()
        return
    health.fails(error)
    is_suspect = _has_pool() and _is_pool_suspect()
    connection.close()
    if is_suspect:
        connection.pool.drain()  # type: ignore[attr-defined]  # PostgreSQL only


def _is_pool_suspect() -> bool:
    """This thread's connection was lost, or none was to be had though some are idle. Where all are busy, the
    pool is small, not dead."""
    if connection.connection is not None:
        return bool(connection.connection.closed)
    idle: int = connection.pool.get_stats().get("pool_available", 0)  # type: ignore[attr-defined]
    return idle > 0


def is_lock_timeout(error: Exception) -> bool:
    """Whether all that failed is the wait for a lock that another transaction kept."""
    return getattr(error.__cause__, "sqlstate", None) == LOCK_NOT_AVAILABLE


class Health:
    """Logs that the database fails, and that it works again: a line each, not one per call.

    While it is down one call at a time finds out whether it still is. The others are refused at once, instead
    of waiting for a connection one after the other long after the database is back.
    """

    def __init__(self) -> None:
        self.is_well = True
        self._failures = 0
        self._probe = threading.Lock()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Around a call. Raises `Unavailable` where it would only wait."""
        if self._failures < FAILURES_BEFORE_DOWN:
            yield
            return
        if not self._probe.acquire(blocking=False):
            raise unavailable()
        try:
            yield
        finally:
            self._probe.release()

    def fails(self, error: Exception) -> None:
        self._failures += 1
        if self.is_well:
            log.error("The database fails (DATABASE_URL): %s", str(error).strip())
        self.is_well = False

    def works(self) -> None:
        self._failures = 0
        if not self.is_well:
            log.warning("The database works again.")
        self.is_well = True


health = Health()


def _work(work: Callable[[], R]) -> R:
    try:
        with health.turn():
            result = work()
    except OUTAGES as error:
        note_outage(error)
        raise unavailable() from error
    else:
        health.works()
        return result
    finally:
        if _has_pool():
            connection.close()  # goes back to the pool


def _has_pool() -> bool:
    return bool(connection.settings_dict["OPTIONS"].get("pool"))
