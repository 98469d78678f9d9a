"""A user feed: what this process knows of one user's own affairs, for all their tabs and devices here.

A user's row has a `rev` as a room's has: it moves with whatever concerns only that user, above all the rooms
they are in and how far they have read there. The change says which rooms; each connection then reads how it
stands there, or tells what came with the change. Where a change was missed, connections start over from a new
`welcome`, which holds everything.

Owner: the hub, on its event loop. Bound: one feed per connected user, nothing queued. End: `end`.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from . import database, user_revs
from .batches import Batch
from .line import Line, user_group


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


class UserFeeds:
    """Those of this process, by user. To be made on the event loop that it then lives on."""

    def __init__(self, line: Line, prove: Callable[[int], Awaitable[None]]) -> None:
        """`prove` ends those of a user's connections that may no longer be here."""
        self.feeds: dict[int, UserFeed] = {}
        self._line = line
        self._prove = prove
        self._starts = Batch(self._start)

    def end(self) -> None:
        self._starts.end()

    async def attend(self, listener: Listener) -> None:
        """Has a connection told of its user's own affairs. Read its snapshot after this.

        What ended its session before was told to nobody here, what does so from now on is: in between it
        is proved, with its user's other connections. Raises `Unavailable`.
        """
        feed = self._feed(listener.user_id)
        feed.listeners.add(listener)
        try:
            if feed.rev is None:
                await self._starts.read(feed)
            await self._prove(listener.user_id)
        except BaseException:
            self.unattend(listener)
            raise

    def unattend(self, listener: Listener) -> None:
        feed = self.feeds.get(listener.user_id)
        if feed is None or listener not in feed.listeners:
            return
        feed.listeners.discard(listener)
        if not feed.listeners:
            del self.feeds[feed.user_id]
            self._line.unwant([user_group(feed.user_id)])

    def offer(self, change: UserChange) -> None:
        if feed := self.feeds.get(change.user_id):
            feed.offer(change)

    def membership_changed(self, user_id: int, room_id: int) -> None:
        """Who became a member, in the room's own order: after the removal that may have come before; or whose
        part in the room is another."""
        if feed := self.feeds.get(user_id):
            for listener in list(feed.listeners):
                listener.membership_changed(room_id)

    def send_all_away(self) -> None:
        listeners = [listener for feed in self.feeds.values() for listener in feed.listeners]
        self._line.unwant([user_group(user_id) for user_id in self.feeds])
        self.feeds.clear()
        for listener in listeners:
            listener.send_away()

    def _feed(self, user_id: int) -> UserFeed:
        feed = self.feeds.get(user_id)
        if feed is None:
            feed = self.feeds[user_id] = UserFeed(user_id)
            self._line.want([user_group(user_id)])
        return feed

    async def _start(self, feeds: Sequence[UserFeed]) -> list[None]:
        """Subscribes, then reads the revs: a change in between is both published and counted."""
        if idle := {feed for feed in feeds if feed.rev is None}:
            await self._line.ready({user_group(feed.user_id) for feed in idle})
            revs = await database.run(user_revs.user_revs, [feed.user_id for feed in idle])
            for feed in idle:
                feed.rev = revs.get(feed.user_id, 0)
        return [None] * len(feeds)
