"""Long work in short transactions, for what an operator has done while people talk.

Whoever holds a room's row, or on SQLite the one write lock, keeps everybody from sending. So the work comes
in batches, each as large as fits into HOLD_SECONDS by what the last ones took, and between two of them the
lock is free for at least as long. On SQLite a writer of another process finds it free by trying again, after
1, 2, 5 and 10 ms at first: a pause as long as the batch is never overlooked by it.
"""

import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager

HOLD_SECONDS = 0.015  # what is aimed at; nobody is to wait for more than 0.05
PAUSE_SECONDS = 0.02
FIRST, LEAST, MOST = 20, 5, 1_000


class Pace:
    """How many are done at once; learns from each batch."""

    def __init__(self) -> None:
        self.size = FIRST
        self._held_since = 0.0

    @contextmanager
    def batch(self) -> Iterator[int]:
        """Around one transaction; the number of rows that it may change."""
        self.begin_to_hold()
        with _no_garbage_collected():
            yield self.size
        took = time.monotonic() - self._held_since
        if took > HOLD_SECONDS:
            self.size = max(LEAST, int(self.size * HOLD_SECONDS / took))
        elif took < HOLD_SECONDS / 2:
            self.size = min(MOST, self.size + self.size // 4 + 1)
        time.sleep(max(took, PAUSE_SECONDS))

    def begin_to_hold(self) -> None:
        """The lock is there. What it was waited for kept nobody else: a busy room is no slow one."""
        self._held_since = time.monotonic()


@contextmanager
def _no_garbage_collected() -> Iterator[None]:
    """A whole collection takes longer than a batch; it can wait until nobody waits for it."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
