"""News of profiles: who changed their name, status or picture, told to all who may show it.

These are the people of all rooms that the person is or was in, and whoever watches their presence. Each
process finds out by itself which of its connections that concerns, so one publish does for all rooms. Of each
person the last state counts, told at once in quiet times and otherwise once in NEWS_SECONDS, to each
connection once.

It is a hint: a client that misses it asks for the profiles it shows after its next welcome.

Owner: the hub, on its event loop. Bound: MAX_NEWS people until they are told; what is more is dropped.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from .feeds import Subscriber
from .frames import Frame

NEWS_SECONDS = 1.0
MAX_NEWS = 1_000


@dataclass(frozen=True, slots=True)
class Profile:
    """Somebody's public profile at a rev of theirs, as an encoded `user` event, and where it stands."""

    user_id: int
    rev: int
    payload: bytes
    room_ids: tuple[int, ...]


class ProfileNews:
    def __init__(self, audience: Callable[[Profile], Iterable[Subscriber]]) -> None:
        self._audience = audience
        self._due: dict[int, Profile] = {}
        self._timer: asyncio.Handle | None = None
        self._quiet_until = 0.0

    def put(self, profile: Profile) -> None:
        """Two changes may arrive in the other order; the later one holds what the earlier one changed."""
        due = self._due.get(profile.user_id)
        if len(self._due) >= MAX_NEWS if due is None else due.rev > profile.rev:
            return
        self._due[profile.user_id] = profile
        if self._timer is None:
            self._tell_soon()

    def end(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def _tell_soon(self) -> None:
        loop = asyncio.get_running_loop()
        self._timer = loop.call_at(max(self._quiet_until, loop.time()), self._tell_due)

    def _tell_due(self) -> None:
        due, self._due = deque(self._due.values()), {}
        self._tell(due)

    def _tell(self, due: deque[Profile]) -> None:
        """One in each turn of the loop: somebody in many rooms has a large audience to be gathered."""
        profile = due.popleft()
        try:
            self._tell_one(profile)
        finally:  # else nobody would hear of anybody any more
            self._go_on(due)

    def _tell_one(self, profile: Profile) -> None:
        frame = Frame(profile.payload)
        for socket in self._audience(profile):
            socket.write(frame)

    def _go_on(self, due: deque[Profile]) -> None:
        loop = asyncio.get_running_loop()
        self._timer = loop.call_soon(self._tell, due) if due else None
        if self._timer is None:
            self._quiet_until = loop.time() + NEWS_SECONDS
            if self._due:
                self._tell_soon()
