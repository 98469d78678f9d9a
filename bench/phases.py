"""Where the writer's time goes: clocks around its parts, in turns of their own that no table counts."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import wraps
from typing import Any
from unittest.mock import patch

from django.db import DEFAULT_DB_ALIAS, connections

from chat import mentions, message_sql, writer

WHOLE = "whole batch"


class Clock:
    """Seconds and calls, by part."""

    def __init__(self) -> None:
        self.seconds: Counter[str] = Counter()
        self.calls: Counter[str] = Counter()

    def around(self, part: str, function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def timed(*args: Any, **kwargs: Any) -> Any:
            began = time.perf_counter()
            try:
                return function(*args, **kwargs)
            finally:
                self.seconds[part] += time.perf_counter() - began  # type: ignore[assignment]
                self.calls[part] += 1

        return timed

    def microseconds_per_batch(self) -> dict[str, int]:
        batches = self.calls[WHOLE]
        return {part: round(time / batches * 1e6) for part, time in self.seconds.items()}


@contextmanager
def clocked() -> Iterator[Clock]:
    """What is in no part is the decisions and the answers, and on SQLite BEGIN."""
    clock = Clock()
    connection = type(connections[DEFAULT_DB_ALIAS])
    commit_apart = connection.vendor == "sqlite"  # on PostgreSQL it goes with the writing
    parts = [
        (mentions, "parse_all", "names and parse"),
        (message_sql, "lock_and_read", "lock and read"),
        (message_sql, "write", "write" if commit_apart else "write and commit"),
        *([(connection, "commit", "commit")] if commit_apart else []),
        (writer, "_publish", "publish"),
        (writer.Writer, "_process", WHOLE),
    ]
    with ExitStack() as patches:
        for owner, name, part in parts:
            timed = clock.around(part, getattr(owner, name))
            patches.enter_context(patch.object(owner, name, timed))
        yield clock
