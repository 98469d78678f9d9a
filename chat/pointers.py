"""Read pointers on their way into the database: gathered, and written for everybody together.

Whoever looks at a busy room says again and again how far they have read. Each such move waits for the next
batch. A batch is written at once if none was in the last PAUSE_SECONDS, else when that time is over: one
member alone does not wait, and two hundred readers of one message cost one batch a second. A move is answered
when it is committed, with `ok` or with what it was refused with; if the process dies before, its sender knows
of no answer and says it again.

Owner: the process; everything here runs on its event loop. Bounds: MAX_WAITING moves, then `unavailable`,
of one user MAX_WAITING_OF_ONE; MAX_BATCH in one transaction. End: `close` writes what waits.
"""

import asyncio
import logging
from collections import Counter, deque
from collections.abc import Callable, Sequence
from contextlib import suppress

from . import database, hub, pointer_store
from .errors import ChatError, RateLimited, Unavailable
from .pointer_store import Move

PAUSE_SECONDS = 1.0
MAX_WAITING = 20_000
MAX_WAITING_OF_ONE = 2_000  # user, who else could keep everybody out
MAX_BATCH = 500  # whoever stores a message waits for a batch that has their membership

Done = Callable[[ChatError | None], None]

log = logging.getLogger(__name__)


class Pointers:
    def __init__(self) -> None:
        self._waiting: deque[tuple[Move, Done]] = deque()
        self._waiting_of: Counter[int] = Counter()
        self._task: asyncio.Task[None] | None = None
        self._hurry: asyncio.Event | None = None
        self._is_closing = False

    def submit_all(self, moves: Sequence[Move], done: Done) -> None:
        """Has the pointers of one user moved within about a second; `done` gets the outcome of each.

        Raises `RateLimited` where too many of theirs wait, `Unavailable` where too many wait at all, or the
        process ends.
        """
        if self._is_closing or len(self._waiting) + len(moves) > MAX_WAITING:
            raise database.unavailable()
        user_ids = Counter(move.user_id for move in moves)
        if any(self._waiting_of[one] + user_ids[one] > MAX_WAITING_OF_ONE for one in user_ids):
            raise RateLimited("Too fast.", retry_after=int(PAUSE_SECONDS * 1000))
        self._waiting_of += user_ids
        self._waiting.extend((move, done) for move in moves)
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._work())

    @property
    def waiting(self) -> int:
        return len(self._waiting)

    async def close(self) -> None:
        self._is_closing = True
        if self._hurry is not None:
            self._hurry.set()
        if self._task is not None:
            await self._task

    async def _work(self) -> None:
        try:
            while self._waiting:
                while batch := self._take():
                    await _write(batch)
                await self._pause()
        finally:
            self._task = None

    def _take(self) -> list[tuple[Move, Done]]:
        count = min(MAX_BATCH, len(self._waiting))
        batch = [self._waiting.popleft() for _ in range(count)]
        self._waiting_of -= Counter(move.user_id for move, _ in batch)  # who has none is forgotten
        return batch

    async def _pause(self) -> None:
        if self._is_closing:
            return
        self._hurry = asyncio.Event()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._hurry.wait(), PAUSE_SECONDS)


async def _write(batch: list[tuple[Move, Done]]) -> None:
    """Answers everybody, whatever happens: nothing may end the task."""
    outcomes: list[ChatError | None]
    try:
        outcomes, changes = await database.act(pointer_store.move_all, [move for move, _ in batch])
        for change in changes:
            hub.publish_user(change)
    except Unavailable as error:
        outcomes = [error] * len(batch)
    except Exception:
        log.exception("A batch of %d read pointers could not be written.", len(batch))
        outcomes = [database.unavailable()] * len(batch)
    for (_, done), outcome in zip(batch, outcomes, strict=True):
        done(outcome)


pointers = Pointers()
