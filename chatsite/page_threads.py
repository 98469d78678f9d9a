"""The thread on which a page is made: there while there is something to do on it, and no longer.

Django has all that is not asynchronous of one request done on one thread, and would keep it until the answer
has left. Where that is a file, and its visitor reads slowly, it would do nothing for hours.
"""

from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextvars import ContextVar
from typing import ParamSpec, TypeVar

from django.db import connections

P = ParamSpec("P")
R = TypeVar("R")


class OneThread(Executor):
    """Owner: the request, on the event loop. Bound: one. End: `let_go`; what comes later gets another."""

    def __init__(self) -> None:
        self._thread: ThreadPoolExecutor | None = None

    def submit(self, work: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Future[R]:
        if self._thread is None:
            self._thread = ThreadPoolExecutor(1, "chat-page")
        return self._thread.submit(work, *args, **kwargs)

    def let_go(self) -> None:
        """It ends when it has done what it was given, and gives its database connections back."""
        thread, self._thread = self._thread, None
        if thread is not None:
            thread.submit(connections.close_all)
            thread.shutdown(wait=False)


of_this_request: ContextVar[OneThread] = ContextVar("of_this_request")
