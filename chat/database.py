"""Database work for the event loop: a few threads, each with a connection of its own.

`database_sync_to_async` would run everything on the process's one shared thread, where a slow query
holds up all sockets.
"""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from django.db import DatabaseError, connection

from .errors import Unavailable

THREADS = 4
RETRY_AFTER_MS = 1_000

P = ParamSpec("P")
R = TypeVar("R")

log = logging.getLogger(__name__)

_threads = ThreadPoolExecutor(THREADS, thread_name_prefix="chat-db")


async def run(work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Runs `work` on one of the database threads; callers bound how much they queue.

    Raises `Unavailable` where the database fails.
    """

    def with_fresh_connection() -> R:
        try:
            return work(*args, **kwargs)
        except DatabaseError as error:
            log.warning("The database fails (DATABASE_URL): %s", error)
            connection.close()  # it may be broken; the next call opens another
            raise Unavailable("Not available now.", retry_after=RETRY_AFTER_MS) from error
        finally:
            if connection.settings_dict["OPTIONS"].get("pool"):
                connection.close()  # goes back to the pool

    return await asyncio.get_running_loop().run_in_executor(_threads, with_fresh_connection)
