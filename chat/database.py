"""Database work for the event loop: a few threads, each with a connection of its own.

`database_sync_to_async` would run everything on the process's one shared thread, where a slow query
holds up all sockets.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from django.db import close_old_connections

THREADS = 4

P = ParamSpec("P")
R = TypeVar("R")

_threads = ThreadPoolExecutor(THREADS, thread_name_prefix="chat-db")


async def run(work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Runs `work` on one of the database threads; callers bound how much they queue."""

    def with_fresh_connection() -> R:
        try:
            return work(*args, **kwargs)
        finally:
            close_old_connections()  # a broken one is replaced, a pooled one goes back

    return await asyncio.get_running_loop().run_in_executor(_threads, with_fresh_connection)
