"""How many requests the application works on at once: each takes a thread, often a database connection."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

AT_ONCE = 32
MAX_WAITING = 1_000


class Turn:
    def __init__(self, turns: asyncio.Semaphore | None = None) -> None:
        """Without `turns`, one that takes nobody's place."""
        self._turns = turns

    def end(self) -> None:
        """Once, however often it is said."""
        turns, self._turns = self._turns, None
        if turns:
            turns.release()


class Turns:
    """Owner: the server. Bound: AT_ONCE have a turn, MAX_WAITING wait for one, first come, first served."""

    def __init__(self) -> None:
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0

    @property
    def waiting(self) -> int:
        return self._waiting

    @property
    def are_too_many_waiting(self) -> bool:
        return self._waiting >= MAX_WAITING

    @asynccontextmanager
    async def turn(self) -> AsyncGenerator[Turn]:
        """Waits for a turn, and ends it at the latest when the block does."""
        self._waiting += 1
        try:
            await self._turns.acquire()
        finally:
            self._waiting -= 1
        turn = Turn(self._turns)
        try:
            yield turn
        finally:
            turn.end()
