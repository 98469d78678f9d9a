"""A user feed: what this process knows of one user's own affairs, for all their tabs and devices here.

A user's row has a `rev` as a room's has: it moves with whatever concerns only that user, above all the rooms
they are in and how far they have read there. The change says which rooms; each connection then reads how it
stands there, or tells what came with the change. Where a change was missed, connections start over from a new
`welcome`, which holds everything.

Owner: the hub, on its event loop. Bound: one feed per connected user, nothing queued.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class UserChange:
    """The user's own part in these rooms changed: joined, left, another role, read further.

    `told` has the encoded `membership` of those rooms whose part was read by whoever changed it: so that many
    who read on at once do not each have it read again. Where no room is named, it is about the user.
    """

    user_id: int
    rev: int
    room_ids: tuple[int, ...] = ()
    told: Mapping[int, bytes] = field(default_factory=dict)


class Listener(Protocol):
    """A connection of the user. None of these waits or raises."""

    user_id: int

    def membership_changed(self, room_id: int, told: bytes | None = None) -> None: ...
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
            if not is_next or not change.room_ids:
                listener.welcome_anew()
                continue
            for room_id in change.room_ids:
                listener.membership_changed(room_id, change.told.get(room_id))

    def is_behind(self, rev: int) -> bool:
        return self.rev is not None and self.rev < rev

    def catch_up(self, rev: int) -> None:
        """The database is at `rev` and nobody said so."""
        if self.is_behind(rev):
            self.rev = rev
            for listener in list(self.listeners):
                listener.welcome_anew()
