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
from itertools import islice
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
    """Queues a statement that is a transaction by itself.

    What such a one returns (RETURNING) is read at once: SQLite commits it with the last of its rows.
    """

    def __init__(self, connection: Any, wrapper: "DatabaseWrapper") -> None:
        super().__init__(connection)
        self._wrapper = wrapper
        self._returned: Iterator[Any] | None = None

    def execute(self, query: str, params: Any = None) -> Any:
        self._returned = None
        if not self._is_alone(query):
            return super().execute(query, params)
        with _turn():
            super().execute(query, params)
            if self.description:
                self._returned = iter(super().fetchall())
        return self

    def executemany(self, query: str, param_list: Any) -> Any:
        self._returned = None
        if not self._is_alone(query):
            return super().executemany(query, param_list)
        with _turn():
            return super().executemany(query, param_list)

    def fetchone(self) -> Any:
        return super().fetchone() if self._returned is None else next(self._returned, None)

    def fetchmany(self, size: int | None = None) -> list[Any]:
        size = self.arraysize if size is None else size
        if self._returned is None:
            return super().fetchmany(size)
        return list(islice(self._returned, size))

    def fetchall(self) -> list[Any]:
        return super().fetchall() if self._returned is None else list(self._returned)

    def __next__(self) -> Any:
        return super().__next__() if self._returned is None else next(self._returned)

    def _is_alone(self, query: str) -> bool:
        is_write = query.lstrip()[:7].upper().startswith(WRITES)
        return is_write and not self._wrapper.in_atomic_block


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


@contextmanager
def _turn() -> Iterator[None]:
    _take_turn()
    try:
        yield
    finally:
        write_lock.release()


def _take_turn() -> None:
    if not write_lock.acquire(WAIT_SECONDS):
        raise OperationalError("database is locked: no turn to write within 10 s")
