"""Database work for the event loop: a few threads, each with a connection of its own.

`database_sync_to_async` would run everything on the process's one shared thread, where a slow query
holds up all sockets. Bound: MAX_WAITING calls at a time; the next is refused at once.
"""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, ParamSpec, TypeVar

from django.db import InterfaceError, InternalError, OperationalError, connection

from .errors import Unavailable

THREADS = 4
MAX_WAITING = 5_000
RETRY_AFTER_MS = 1_000

# The database is away, hangs, is full or takes no writes: not the fault of what was asked. PostgreSQL calls
# a read-only server an internal error.
OUTAGES = (OperationalError, InterfaceError, InternalError)
LOCK_NOT_AVAILABLE = "55P03"  # PostgreSQL, appendix A of its manual

P = ParamSpec("P")
R = TypeVar("R")

log = logging.getLogger(__name__)

_threads = ThreadPoolExecutor(THREADS, thread_name_prefix="chat-db")
_waiting: set[asyncio.Future[Any]] = set()


async def run(work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Runs `work` on one of the database threads. Raises `Unavailable` where the database fails."""
    if len(_waiting) >= MAX_WAITING:
        raise unavailable()
    call = asyncio.get_running_loop().run_in_executor(
        _threads, lambda: _work(work, *args, **kwargs)
    )
    _waiting.add(call)
    call.add_done_callback(_waiting.discard)
    return await call


def unavailable() -> Unavailable:
    return Unavailable("Not available now.", retry_after=RETRY_AFTER_MS)


def note_outage(error: Exception) -> None:
    """Parts with the thread's connection, which may be broken: the next call gets another.

    One that is lost was hardly the only one. The pool would hand out the rest of the dead, find each out and
    wait a second, then two between them: after a restart of PostgreSQL a full pool took 13 s to serve again.
    """
    health.fails(error)
    is_lost = _has_pool() and (connection.connection is None or connection.connection.closed)
    connection.close()
    if is_lost:
        connection.pool.drain()  # type: ignore[attr-defined]  # PostgreSQL only


def is_lock_timeout(error: Exception) -> bool:
    """Whether all that failed is the wait for a lock that another transaction kept."""
    return getattr(error.__cause__, "sqlstate", None) == LOCK_NOT_AVAILABLE


class Health:
    """Logs that the database fails, and that it works again: a line each, not one per call."""

    def __init__(self) -> None:
        self._is_well = True

    def fails(self, error: Exception) -> None:
        if self._is_well:
            log.error("The database fails (DATABASE_URL): %s", str(error).strip())
        self._is_well = False

    def works(self) -> None:
        if not self._is_well:
            log.warning("The database works again.")
        self._is_well = True


health = Health()


def _work(work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    try:
        result = work(*args, **kwargs)
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
