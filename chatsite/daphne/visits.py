"""The door: how many connections there are, whose they are, and what each is waited for.

A `Visit` is one connection from its first byte to its last, whether it ends as HTTP or as a WebSocket. It
is always in one phase, and most phases have a time limit. All connections in a phase have the same limit, so
they expire in the order in which they came: the sweep, once a second, looks at those that are due and at no
others. No connection has a timer, and no byte moves one.

Who still owes us the rest of a request is "unfinished". Their number is bounded, in all and per address.
Where there are too many in all, the oldest goes: slow ones give way to those who get on with it, so that a
crowd of slow ones locks nobody out.
"""

import itertools
import logging
import os
import time
from collections import Counter
from collections.abc import Callable
from enum import Enum, auto
from typing import Protocol

from .limits import Limits

SENDING_SECONDS = 30
LEAVING_SECONDS = 2
REMIND_SECONDS = 60

log = logging.getLogger(__name__)


class Phase(Enum):
    HEADER = auto()  # the rest of a request's head is due
    BODY = auto()  # the rest of its body is due
    ANSWER = auto()  # the application is at work
    SENDING = auto()  # the answer is there, and is read slowly
    IDLE = auto()  # between two requests
    LEAVING = auto()  # told to go
    SOCKET = auto()  # a WebSocket, which has rules of its own


UNFINISHED = {Phase.HEADER, Phase.BODY}


class Guest(Protocol):
    """The connection as its visit knows it."""

    def expire(self, phase: Phase) -> None: ...
    def is_busy(self) -> bool: ...
    def leave(self) -> None: ...
    def abort(self) -> None: ...


class Visit:
    __slots__ = ("address", "counted", "guest", "name", "opened", "phase", "requests")

    def __init__(self, guest: Guest, name: str, address: str | None, opened: float) -> None:
        self.guest = guest
        self.name = name
        self.address = address  # of whom it is; None for a Unix socket that names nobody
        self.counted: str | None = None  # what it is counted under, if under anything
        self.opened = opened
        self.requests = 0
        self.phase = Phase.HEADER

    def next_request(self) -> str:
        """Its name: that of the connection, and which it is on it."""
        self.requests += 1
        return f"{self.name}/{self.requests}"


class Visits:
    """Owner: the server. `most` is the number of connections that the process has room for."""

    def __init__(
        self, limits: Limits, most: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._limits = limits
        self._most = most
        self._clock = clock
        self._names = (f"{os.getpid()}.{number}" for number in itertools.count(1))
        self.all: set[Visit] = set()
        self._per_address: Counter[str] = Counter()
        self._unfinished_per_address: Counter[str] = Counter()
        self._seconds = {
            Phase.HEADER: limits.header_seconds,
            Phase.BODY: limits.body_seconds,
            Phase.SENDING: SENDING_SECONDS,
            Phase.IDLE: limits.keep_alive_seconds,
            Phase.LEAVING: LEAVING_SECONDS,
        }
        self._due: dict[Phase, dict[Visit, float]] = {phase: {} for phase in self._seconds}
        self._remind_at = 0.0

    def begin(self, guest: Guest, address: str | None, counted: str | None) -> Visit | None:
        """A new connection; None where it has to be turned away."""
        if len(self.all) >= self._most:
            self._complain("in all")
            return None
        visit = Visit(guest, next(self._names), address, self._clock())
        visit.counted = counted
        if self._is_too_much(counted, unfinished=True):
            self._complain("of one address")
            return None
        self.all.add(visit)
        self._count(visit, 1)
        self._due[Phase.HEADER][visit] = self._clock() + self._seconds[Phase.HEADER]
        self._make_room()
        return visit

    def move(self, visit: Visit, phase: Phase) -> None:
        """Into another phase, or into the same one anew."""
        if visit not in self.all:
            return
        self._stop_waiting(visit)
        self._count(visit, -1)
        visit.phase = phase
        self._count(visit, 1)
        if phase in self._seconds:
            self._due[phase][visit] = self._clock() + self._seconds[phase]

    def count_under(self, visit: Visit, counted: str | None) -> bool:
        """Counts it under that address from now on; False where there is no room for another of those."""
        if visit.counted == counted or visit not in self.all:
            return True
        self._count(visit, -1)
        visit.counted = None
        if self._is_too_much(counted, unfinished=visit.phase in UNFINISHED):
            self._complain("of one address")
            return False
        visit.counted = counted
        self._count(visit, 1)
        return True

    def end(self, visit: Visit) -> None:
        if visit in self.all:
            self._stop_waiting(visit)
            self._count(visit, -1)
            self.all.discard(visit)

    def sweep(self) -> None:
        """Tells those whose time is over. One that cannot be told is left: it would be the first next time,
        too, and everybody behind it could stay for as long as they like."""
        now = self._clock()
        for phase, due in self._due.items():
            for visit, _ in list(itertools.takewhile(lambda item: item[1] <= now, due.items())):
                try:
                    visit.guest.expire(phase)
                except Exception:
                    log.exception("A connection whose time is over could not be told, and is left.")
                    self.end(visit)
                    visit.guest.abort()

    def waited_for(self) -> dict[str, int]:
        """How many are in each phase that has a time limit."""
        return {phase.name.lower(): len(due) for phase, due in self._due.items()}

    def age(self, visit: Visit) -> float:
        return self._clock() - visit.opened

    def _make_room(self) -> None:
        """The oldest of the larger group: whoever fills the one does not push out the other."""
        header, body = self._due[Phase.HEADER], self._due[Phase.BODY]
        if len(header) + len(body) > self._limits.unfinished:
            self._complain("whose request does not come to its end")
            oldest = next(iter(header if len(header) >= len(body) else body))
            self.end(oldest)
            oldest.guest.abort()

    def _is_too_much(self, counted: str | None, *, unfinished: bool) -> bool:
        if counted is None:
            return False
        if self._per_address[counted] >= self._limits.connections_per_address:
            return True
        return unfinished and (
            self._unfinished_per_address[counted] >= self._limits.unfinished_per_address
        )

    def _count(self, visit: Visit, by: int) -> None:
        if visit.counted is None:
            return
        _add(self._per_address, visit.counted, by)
        if visit.phase in UNFINISHED:
            _add(self._unfinished_per_address, visit.counted, by)

    def _stop_waiting(self, visit: Visit) -> None:
        if visit.phase in self._due:
            self._due[visit.phase].pop(visit, None)

    def _complain(self, which: str) -> None:
        """Once a minute: under attack the log must not be what fills the disk."""
        if self._clock() >= self._remind_at:
            self._remind_at = self._clock() + REMIND_SECONDS
            log.warning("Connections are turned away: there are too many %s.", which)


def _add(counter: Counter[str], key: str, by: int) -> None:
    counter[key] += by
    if counter[key] <= 0:
        del counter[key]
