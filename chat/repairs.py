"""Repairs: what a feed lacks is read from the database and given to it.

A feed notices that it lacks something by a gap. What was never published, and left no gap, the poll finds: it
compares all feeds' revs with the database's once a second. It also notices when the database itself went back
or was exchanged; then no number means anything any more, and everybody starts over.

Owner: the hub, on its event loop. Bounds: MAX_REPAIRS reads at a time, one repair for each feed. End: `end`.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from . import changes, database, queries
from .errors import Unavailable
from .feeds import Feed
from .models import Site
from .user_feeds import UserFeed

GAP_SECONDS = 0.1
POLL_SECONDS = 1.0
POLL_GRACE_SECONDS = 0.3
MAX_REPAIRS = 2

Spawn = Callable[[Coroutine[Any, Any, Any]], asyncio.Task[Any]]

log = logging.getLogger(__name__)


class Repairs:
    """To be made on the event loop that it then lives on."""

    def __init__(
        self,
        feeds: Mapping[int, Feed],
        user_feeds: Mapping[int, UserFeed],
        spawn: Spawn,
        start_over: Callable[[], None],
    ) -> None:
        self._feeds = feeds
        self._user_feeds = user_feeds
        self._spawn = spawn
        self._start_over = start_over
        self._turns = asyncio.Semaphore(MAX_REPAIRS)
        self._repairing: set[int] = set()
        self._epoch: str | None = None
        self._has_ended = False
        self.count = 0

    def end(self) -> None:
        """Timers that are left begin nothing."""
        self._has_ended = True

    def after_gap(self, feed: Feed) -> None:
        if not self._has_ended and feed.room_id not in self._repairing:
            self._repairing.add(feed.room_id)
            asyncio.get_running_loop().call_later(
                GAP_SECONDS, self._repair_if, feed, lambda: feed.has_gap
            )

    def _repair_if(self, feed: Feed, is_needed: Callable[[], bool]) -> None:
        if is_needed() and not self._has_ended:
            self.count += 1
            self._spawn(self.repair(feed))
        else:
            self._repairing.discard(feed.room_id)

    async def repair(self, feed: Feed) -> None:
        """Reads what the feed lacks and gives it to the feed; the poll tries again if that fails."""
        try:
            more = True
            while more and feed.rev is not None:
                async with self._turns:
                    repair, more = await database.run(changes.catch_up, feed.room_id, feed.rev)
                feed.catch_up(repair)
        except Unavailable:
            return
        finally:
            self._repairing.discard(feed.room_id)
        if feed.has_gap:  # it appeared meanwhile, when a repair was already under way
            self.after_gap(feed)

    async def poll(self) -> None:
        """Finds what was never published: once a second, three small queries for all feeds."""
        while True:
            try:
                await self._look()
            except Unavailable:
                pass  # `database` says so
            except Exception:  # such as no tables for a moment, while a dump is loaded
                log.exception("The poll failed.")
            await asyncio.sleep(POLL_SECONDS)

    async def _look(self) -> None:
        held = {room_id: feed.rev for room_id, feed in self._feeds.items() if feed.rev is not None}
        marks = await database.run(queries.marks, list(held), list(self._user_feeds))
        if marks.epoch != (self._epoch or marks.epoch):
            self._epoch = marks.epoch
            self._start_over()
        elif any(marks.rooms.get(room_id, rev) < rev for room_id, rev in held.items()):
            log.error("The database is older than what it acknowledged: a new epoch begins.")
            self._epoch = await database.run(Site.renew_epoch, marks.epoch)
            self._start_over()
        else:
            self._epoch = marks.epoch
            self._compare(marks)

    def _compare(self, marks: queries.Marks) -> None:
        """What was merely on its way when the poll looked has arrived after the grace."""
        loop = asyncio.get_running_loop()
        for room_id, rev in marks.rooms.items():
            feed = self._feeds.get(room_id)
            if feed is not None and feed.is_behind(rev) and room_id not in self._repairing:
                self._repairing.add(room_id)
                lags = _lags(feed, rev)
                loop.call_later(POLL_GRACE_SECONDS, self._repair_if, feed, lags)
        for user_id, rev in marks.users.items():
            user_feed = self._user_feeds.get(user_id)
            if user_feed is not None and user_feed.is_behind(rev):
                loop.call_later(POLL_GRACE_SECONDS, user_feed.catch_up, rev)


def _lags(feed: Feed, rev: int) -> Callable[[], bool]:
    return lambda: feed.is_behind(rev) or feed.has_gap
