"""Reads of one kind that share their queries: what is asked for while a batch is read goes into the next.

As with the writer there is no timer. A lone read begins at once; the more come together, the less each of
them costs. Whoever no longer waits when the next batch is made up is left out of it. What goes wrong for a
batch is tried again one by one, so that nobody's read fails with a neighbour's; where the database is away,
all are told so at once.

Owner: whoever makes it, on the event loop. Bounds: MAX_WAITING reads, of which MAX_BATCH are read together,
one batch at a time. End: its task ends whenever nobody waits.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from . import database
from .errors import Unavailable

MAX_BATCH = 64  # a few milliseconds of work: the event loop wants its turn
MAX_PER_TURN = 16  # who is answered goes on at once, in the loop's next turn
MAX_WAITING = 20_000

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")


class Batch(Generic[Asked, Answer]):
    def __init__(self, read: Callable[[Sequence[Asked]], Awaitable[Sequence[Answer]]]) -> None:
        """`read` answers what was asked in the order asked."""
        self._read = read
        self._waiting: deque[tuple[Asked, asyncio.Future[Answer]]] = deque()
        self._task: asyncio.Task[None] | None = None

    def read(self, asked: Asked) -> asyncio.Future[Answer]:
        """Raises `Unavailable` where too many wait; the future raises whatever the read does."""
        if len(self._waiting) >= MAX_WAITING:
            raise database.unavailable()
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Answer] = loop.create_future()
        self._waiting.append((asked, future))
        if self._task is None:
            self._task = loop.create_task(self._work())
        return future

    def end(self) -> None:
        """Whoever still waits is told that it will not be."""
        if self._task is not None:
            self._task.cancel()

    async def _work(self) -> None:
        batch: list[tuple[Asked, asyncio.Future[Answer]]] = []
        try:
            while batch := self._next():
                await self._answer(batch)
        finally:
            self._task = None
            for _, future in [*batch, *self._waiting]:  # it was ended
                future.cancel()
            self._waiting.clear()

    def _next(self) -> list[tuple[Asked, asyncio.Future[Answer]]]:
        batch: list[tuple[Asked, asyncio.Future[Answer]]] = []
        while self._waiting and len(batch) < MAX_BATCH:
            asked, future = self._waiting.popleft()
            if not future.done():
                batch.append((asked, future))
        return batch

    async def _answer(self, batch: list[tuple[Asked, asyncio.Future[Answer]]]) -> None:
        try:
            answers = await self._read([asked for asked, _ in batch])
        except Unavailable as error:
            _fail(batch, error)
        except Exception as error:
            if len(batch) == 1:
                _fail(batch, error)
                return
            for one in batch:
                if not one[1].done():
                    await self._answer([one])
        else:
            for place, ((_, future), answer) in enumerate(zip(batch, answers, strict=True), 1):
                if not future.done():
                    future.set_result(answer)
                if place % MAX_PER_TURN == 0:
                    await asyncio.sleep(0)


def _fail(batch: list[tuple[Asked, asyncio.Future[Answer]]], error: Exception) -> None:
    for _, future in batch:
        if not future.done():
            future.set_exception(error)
