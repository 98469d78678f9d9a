"""The watch: ends the connections of those who may no longer be here (`access.py` says who).

It looks when it is told that something happened to a user, and goes round all seats every ROUND_SECONDS
for what nobody told: a management command, a lost publish, a session that expired. What is told is a hint to
look, never the verdict, so it can come too often, too late or from anywhere.

Whoever changes their password has a new session a moment later, which their browser has to learn of before
its other pages are sent away. So what looks lost is looked at again after GRACE_SECONDS, and only then ended.

The rounds also note whose sessions are in use (`accounts/sign_ins.py`): a page can be open for days and ask
for nothing.

Owner: the hub. Bounds: one examination at a time, of PART seats; those that wait for one share the next. One
note at a time; whoever is not in it is in a later one.
"""

import asyncio
import logging
from collections.abc import Callable, Collection, Coroutine, Iterator, Sequence
from contextlib import suppress
from typing import Any

from accounts import sign_ins

from . import access, database
from .access import Claim, Loss
from .errors import Unavailable
from .protocol.codes import CLOSE_BANNED, CLOSE_SIGNED_OUT
from .seats import Seat, Seats

ROUND_SECONDS = 2.5
GRACE_SECONDS = 0.3
PART = 500

Failure = Unavailable | None
Spawn = Callable[[Coroutine[Any, Any, Any]], asyncio.Task[Any]]

log = logging.getLogger(__name__)


class Watch:
    """To be made on the event loop that it then lives on."""

    def __init__(self, seats: Seats, spawn: Spawn) -> None:
        self._seats = seats
        self._spawn = spawn
        self._turn = asyncio.Lock()
        self._gathered: set[Seat] = set()
        self._batch: asyncio.Task[Failure] | None = None
        self._noting: asyncio.Task[None] | None = None

    def doubt(self, user_id: int) -> None:
        """Something happened to this user: their seats are proved anew in a moment."""
        if seats := self._seats.of(user_id):
            self._spawn(self._prove_later(seats))

    def prove_soon(self, seats: Collection[Seat]) -> asyncio.Task[Failure]:
        """All that come while others are examined share the next examination."""
        self._gathered.update(seats)
        if self._batch is None:
            self._batch = self._spawn(self._prove_gathered())
        return self._batch

    async def prove(self, seats: Collection[Seat]) -> None:
        """Returns when what was read after this call has ended those that are lost. Raises `Unavailable`."""
        if seats and (failure := await asyncio.shield(self.prove_soon(seats))):
            raise failure

    async def go_round(self) -> None:
        """For ever; the parts are spread over a round. None is held on to: it may be the last."""
        while True:
            parts = list(_parts(self._seats.all()))
            pause = ROUND_SECONDS / max(1, len(parts))
            if not parts:
                await asyncio.sleep(pause)
            while parts:
                await self._look_at(parts.pop())
                await asyncio.sleep(pause)

    async def _look_at(self, part: Sequence[Seat]) -> None:
        try:
            if lost := await self._examine(part):
                self._spawn(self._prove_later([seat for seat, _ in lost]))
            if self._noting is None or self._noting.done():
                due = sign_ins.due(seat.session_key for seat in part)
                self._noting = self._spawn(_note_in_use(due)) if due else None
        except Unavailable:
            pass  # `database` says so; nobody is sent away for it
        except Exception:  # such as no tables for a moment, while a dump is loaded
            log.exception("The watch failed.")

    async def _prove_later(self, seats: Collection[Seat]) -> None:
        await asyncio.sleep(GRACE_SECONDS)
        self.prove_soon(seats)

    async def _prove_gathered(self) -> Failure:
        async with self._turn:
            seats, self._gathered, self._batch = self._gathered, set(), None
            try:
                for part in _parts(self._seats.seated(seats)):
                    for seat, loss in await self._examine(part):
                        _dismiss(seat, loss)
            except Unavailable as failure:
                return failure
            return None

    async def _examine(self, seats: Sequence[Seat]) -> list[tuple[Seat, Loss]]:
        claims = [Claim(seat.session_key, seat.user_id, seat.mark) for seat in seats]
        lost: list[tuple[Seat, Loss]] = []
        for seat, found in zip(seats, await database.run(access.examine, claims), strict=True):
            if isinstance(found, Loss):
                lost.append((seat, found))
            else:
                seat.mark = found
        return lost


async def _note_in_use(session_keys: Sequence[str]) -> None:
    with suppress(Unavailable):  # `database` says so; they are due again in the next round
        await database.act(sign_ins.note_in_use, session_keys)


def _dismiss(seat: Seat, loss: Loss) -> None:
    if loss is Loss.BANNED:
        seat.dismiss(CLOSE_BANNED, "You are banned from this site.")
    else:
        seat.dismiss(CLOSE_SIGNED_OUT, "Signed out.")


def _parts(seats: Sequence[Seat]) -> Iterator[Sequence[Seat]]:
    for start in range(0, len(seats), PART):
        yield seats[start : start + PART]
