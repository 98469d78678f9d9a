"""A user feed: what this process knows of one user's own affairs, for all their tabs and devices here.

A user's row has a `rev` as a room's has: it moves with whatever concerns only that user, above all the rooms
they are in. The change says which room; each connection then reads how it stands there. Where a change was
missed, connections start over from a new `welcome`, which holds everything.

Owner: the hub, on its event loop. Bound: one feed per connected user, nothing queued.
"""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class UserChange:
    """The user's own part in a room changed: joined, left, another role. Without a room, a setting did."""

    user_id: int
    rev: int
    room_id: int | None


class Listener(Protocol):
    """A connection of the user. None of these waits or raises."""

    user_id: int

    def membership_changed(self, room_id: int) -> None: ...
    def welcome_anew(self) -> None: ...
    def send_away(self) -> None: ...


class UserFeed:
    __slots__ = ("listeners", "rev", "user_id")

    def __init__(self, user_id: int) -> None:
        self.user_id = user_id
        self.rev: int | None = None  # None until it was read, after the feed had subscribed
        self.listeners: set[Listener] = set()

    def offer(self, change: UserChange) -> None:
        if self.rev is None or change.rev <= self.rev:
            return  # what `rev` is read to be, each connection's snapshot holds: it is read later
        is_next = change.rev == self.rev + 1
        self.rev = change.rev
        for listener in list(self.listeners):
            if is_next and change.room_id is not None:
                listener.membership_changed(change.room_id)
            else:
                listener.welcome_anew()

    def is_behind(self, rev: int) -> bool:
        return self.rev is not None and self.rev < rev

    def catch_up(self, rev: int) -> None:
        """The database is at `rev` and nobody said so."""
        if self.is_behind(rev):
            self.rev = rev
            for listener in list(self.listeners):
                listener.welcome_anew()
