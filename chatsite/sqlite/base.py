"""SQLite with one fair queue for all write transactions of the process.

SQLite lets one connection write at a time and has the others poll for their turn, so a thread that
commits back to back starves the rest. Here every transaction passes one first-come, first-served lock
before its BEGIN IMMEDIATE, and so does every single statement that writes by itself. Other processes still
wait by SQLite's own busy time-out.
"""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.backends.sqlite3 import base
from django.db.utils import OperationalError

WAIT_SECONDS = 10.0
WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE")


class FairLock:
    """A lock that serves its waiters in the order they came; not reentrant."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._waiting: deque[threading.Event] = deque()
        self._held = False

    def acquire(self, timeout: float) -> bool:
        """Takes the lock; False when `timeout` seconds passed first."""
        with self._guard:
            if not self._held:
                self._held = True
                return True
            turn = threading.Event()
            self._waiting.append(turn)
        if turn.wait(timeout):
            return True
        with self._guard:
            if turn.is_set():  # handed over in the moment the wait ran out
                return True
            self._waiting.remove(turn)
            return False

    def release(self) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().set()  # handed over: the lock never looks free to a newcomer
            else:
                self._held = False


write_lock = FairLock()


class FairCursor(base.SQLiteCursorWrapper):
    """Queues a statement that is a transaction by itself."""

    def __init__(self, connection: Any, wrapper: "DatabaseWrapper") -> None:
        super().__init__(connection)
        self._wrapper = wrapper

    def execute(self, query: str, params: Any = None) -> Any:
        with self._turn(query):
            return super().execute(query, params)

    def executemany(self, query: str, param_list: Any) -> Any:
        with self._turn(query):
            return super().executemany(query, param_list)

    @contextmanager
    def _turn(self, query: str) -> Iterator[None]:
        if self._wrapper.in_atomic_block or not query.lstrip()[:7].upper().startswith(WRITES):
            yield
            return
        _take_turn()
        try:
            yield
        finally:
            write_lock.release()


class DatabaseWrapper(base.DatabaseWrapper):
    _holds_write_lock = False

    def create_cursor(self, name: str | None = None) -> Any:
        return self.connection.cursor(factory=lambda connection: FairCursor(connection, self))

    def _start_transaction_under_autocommit(self) -> None:
        _take_turn()
        self._holds_write_lock = True
        try:
            super()._start_transaction_under_autocommit()
        except BaseException:
            self._release_write_lock()
            raise

    def _commit(self) -> None:
        super()._commit()
        self._release_write_lock()

    def _rollback(self) -> None:
        try:
            super()._rollback()
        finally:
            self._release_write_lock()

    def _close(self) -> Any:
        try:
            return super()._close()
        finally:
            self._release_write_lock()

    def _release_write_lock(self) -> None:
        if self._holds_write_lock:
            self._holds_write_lock = False
            write_lock.release()


def _take_turn() -> None:
    if not write_lock.acquire(WAIT_SECONDS):
        raise OperationalError("database is locked: no turn to write within 10 s")
