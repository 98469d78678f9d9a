"""The seats of this process: its connections by user, and who has to make room.

A user has MAX_CONNECTIONS_PER_USER seats here; who takes one more has the seat that was idle for longest. The
bound is each process's own: several of them together let a user have several times as many. RATE_LIMITS=false
lifts it, for benches that have few users and many connections.
"""

from collections.abc import Collection
from typing import Protocol

from django.conf import settings

from .protocol.codes import CLOSE_DISPLACED


class Seat(Protocol):
    """A connection, from the moment it is known whose it is. Nothing of it waits or raises."""

    user_id: int
    session_key: str
    mark: int | None  # of the password that its session was last proved with
    used_at: float  # when its user last did something on it

    def dismiss(self, code: int, reason: str) -> None: ...


class Seats:
    """Owner: the hub, on its event loop. Bound: `most` for each user."""

    def __init__(self) -> None:
        self.most = settings.MAX_CONNECTIONS_PER_USER
        self._of: dict[int, set[Seat]] = {}

    def __len__(self) -> int:
        return sum(map(len, tuple(self._of.values())))  # at once: other threads ask, too

    @property
    def people(self) -> int:
        return len(self._of)

    def take(self, seat: Seat) -> None:
        others = self._of.setdefault(seat.user_id, set())
        if settings.RATE_LIMITS and len(others) >= self.most:
            idle = min(others, key=lambda other: other.used_at)
            others.discard(idle)
            idle.dismiss(CLOSE_DISPLACED, "You are connected in too many places.")
        others.add(seat)

    def leave(self, seat: Seat) -> None:
        seats = self._of.get(seat.user_id, set())
        seats.discard(seat)
        if not seats:
            self._of.pop(seat.user_id, None)

    def of(self, user_id: int) -> list[Seat]:
        return list(self._of.get(user_id, ()))

    def all(self) -> list[Seat]:
        return [seat for seats in self._of.values() for seat in seats]

    def seated(self, seats: Collection[Seat]) -> list[Seat]:
        """Those that have not left meanwhile."""
        return [seat for seat in seats if seat in self._of.get(seat.user_id, ())]
