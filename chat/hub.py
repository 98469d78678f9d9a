"""The hub: this process's feeds, and who is told by them.

What is stored here is told to the local feeds at once and published for the other processes: `telegrams.py`
has the words and `line.py` carries them, a hint that may be lost. What is lost is read from the database, as
`repairs.py` has it.

Who joins is put into the feeds at once, and waits until those are started: subscribed, and their revs read.
However many join together, it is read by one query at a time (`batches.py`).

Everything here runs on one event loop; what publishes, and `post`, may be called from any thread.
Bound: one feed per room and user with a socket here. End: `close`.
"""

import asyncio
import logging
import uuid
from collections import deque
from collections.abc import Callable, Collection, Coroutine, Iterable, Sequence
from functools import partial
from typing import Any

from accounts.committed import once_committed

from . import database, line, merging, queries, telegrams
from .batches import Batch
from .feeds import Change, Feed, Subscriber
from .line import PRESENCE_GROUP, room_group, user_group
from .presence import Presence
from .profile_news import Profile, ProfileNews
from .protocol.codec import encode
from .protocol.events import TypingNow
from .repairs import Repairs
from .seats import Seats
from .tallies import HubFigures, Traffic
from .user_feeds import UserChange, UserFeeds
from .watch import Watch

LINGER_SECONDS = 30.0

log = logging.getLogger(__name__)


class Hub:
    def __init__(self) -> None:
        self.instance = uuid.uuid4().hex
        self._loop: asyncio.AbstractEventLoop | None = None
        self._posted: deque[Callable[[], None]] = deque()
        self._run_posted_is_due = False
        self._feeds: dict[int, Feed] = {}
        self._tasks: set[asyncio.Task[Any]] = set()
        self.seats = Seats()
        self.traffic = Traffic()
        self._starts_over = 0

    # ---- life

    def start(self) -> None:
        """Begins on the running loop: our server's start does it, elsewhere the first socket."""
        if self._loop is not None:
            return
        self._loop = asyncio.get_running_loop()
        self._feed_starts = Batch(self._start_feeds)
        self._line = line.Line(self._receive)
        self._watch = Watch(self.seats, self._spawn)
        self.user_feeds = UserFeeds(
            self._line, lambda user_id: self._watch.prove(self.seats.of(user_id))
        )
        self._repairs = Repairs(self._feeds, self.user_feeds.feeds, self._spawn, self._start_over)
        self.presence = Presence(self.instance, partial(self._line.publish, PRESENCE_GROUP))
        self._profile_news = ProfileNews(self._audience)
        self._readers = self._table()
        self._spawn(self._repairs.poll())
        self._spawn(self._watch.go_round())
        self._spawn(merging.go_on())
        self._spawn(self._run_presence())

    async def close(self) -> None:
        """Ends the hub's tasks; sockets are closed by their owner before."""
        if self._loop is None:
            return
        self._repairs.end()
        self._profile_news.end()
        self._feed_starts.end()
        self.user_feeds.end()
        while self._tasks:  # a timer may begin a repair while the others end
            for task in list(self._tasks):
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.presence.close()
        await self._line.close()
        self._loop = None

    # ---- from any thread

    def post(self, call: Callable[[], None]) -> None:
        """Has the loop run `call`; what is posted together costs one wake-up."""
        self._posted.append(call)
        if not self._run_posted_is_due and self._loop is not None:
            self._run_posted_is_due = True
            self._loop.call_soon_threadsafe(self.run_posted)

    def publish(self, room_id: int, told: Sequence[Change]) -> None:
        """Tells everyone in the room, here and in the other processes, what was just committed."""
        message = telegrams.of_changes(self.instance, room_id, told)
        self._tell(room_group(room_id), message, lambda: self._deliver(room_id, told))

    def publish_user(self, change: UserChange) -> None:
        """Tells a user's own connections, here and elsewhere, that their part in a room changed."""
        message = telegrams.of_user_change(self.instance, change)
        self._tell(user_group(change.user_id), message, lambda: self.user_feeds.offer(change))

    def publish_profile(self, profile: Profile) -> None:
        """Tells all who may show this person, here and elsewhere, what their profile is now."""
        message = telegrams.of_profile(self.instance, profile)
        self._tell(PRESENCE_GROUP, message, lambda: self._profile_news.put(profile))

    def publish_access(self, user_id: int) -> None:
        """Has every process look whether this user's connections may stay."""
        message = telegrams.of_access(self.instance, user_id)
        self._tell(user_group(user_id), message, lambda: self._watch.doubt(user_id))

    def tell_typing(self, room_id: int, user_id: int) -> None:
        """Says in the room, here and elsewhere, that a member is writing. On the event loop only."""
        self._deliver_typing(room_id, user_id)
        message = telegrams.of_typing(self.instance, room_id, user_id)
        self._line.publish_if_idle(room_group(room_id), message)

    # ---- what is known of it, from any thread

    def figures(self) -> HubFigures:
        if self._loop is None:
            return HubFigures()
        return HubFigures(
            sockets=len(self.seats),
            people=self.seats.people,
            rooms=len(self._feeds),
            unpublished=self._line.unpublished,
            is_layer_well=self._line.is_well,
            lost_publishes=self._line.lost,
            repairs=self._repairs.count,
            starts_over=self._starts_over,
        )

    def online(self) -> int:
        """How many people are here or, in another process, there; without those who hide."""
        return len(self.presence.everybody()) if self._loop is not None else 0

    # ---- sockets and rooms

    async def join(self, socket: Subscriber, room_ids: Iterable[int]) -> None:
        """Adds a socket to feeds, held aside in each until `settle`. Read its snapshot after this."""
        wanted = set(room_ids)
        feeds = [self._feed(room_id) for room_id in wanted]
        for feed in feeds:
            feed.add(socket)
        try:
            if idle := [feed for feed in feeds if feed.rev is None]:
                await self._feed_starts.read(idle)
        except BaseException:
            self.leave(socket, wanted)
            raise

    def settle(self, socket: Subscriber, room_id: int, cursor: int) -> None:
        if feed := self._feeds.get(room_id):
            feed.settle(socket, cursor)

    async def catch_up(self, room_ids: Iterable[int]) -> None:
        """Has feeds read at once what happened in their rooms, where the poll would find it in a second."""
        for room_id in room_ids:
            if feed := self._feeds.get(room_id):
                await self._repairs.repair(feed)

    def holds(self, socket: Subscriber, room_id: int) -> bool:
        """Whether the socket is told of the room; a removal ends that without asking."""
        feed = self._feeds.get(room_id)
        return feed is not None and feed.holds(socket)

    def leave(self, socket: Subscriber, room_ids: Iterable[int]) -> None:
        for room_id in room_ids:
            feed = self._feeds.get(room_id)
            if feed is None:
                continue
            feed.remove(socket)
            if feed.is_empty and self._loop is not None:
                self._loop.call_later(LINGER_SECONDS, self._retire, feed)

    # ---- feeds

    def _feed(self, room_id: int) -> Feed:
        feed = self._feeds.get(room_id)
        if feed is None:
            feed = Feed(
                room_id,
                self._repairs.after_gap,
                self.user_feeds.membership_changed,
                traffic=self.traffic,
            )
            self._feeds[room_id] = feed
            self._line.want([room_group(room_id)])
        return feed

    async def _start_feeds(self, joins: Sequence[Collection[Feed]]) -> list[None]:
        """Subscribes, then reads the revs: a change in between is both published and counted."""
        if feeds := {feed for join in joins for feed in join if feed.rev is None}:
            await self._line.ready({room_group(feed.room_id) for feed in feeds})
            revs = await database.run(queries.revs, [feed.room_id for feed in feeds])
            for feed in feeds:
                feed.start(revs.get(feed.room_id, 0))
        return [None] * len(joins)

    def _retire(self, feed: Feed) -> None:
        if feed.is_empty and self._loop is not None and self._feeds.get(feed.room_id) is feed:
            del self._feeds[feed.room_id]
            self._line.unwant([room_group(feed.room_id)])

    async def _run_presence(self) -> None:
        self._line.want([PRESENCE_GROUP])
        await self._line.ready({PRESENCE_GROUP})
        await self.presence.run()

    # ---- starting over

    def _start_over(self) -> None:
        """Another database than before: no number that is held means anything, everybody comes anew."""
        self._starts_over += 1
        self._line.unwant([room_group(room_id) for room_id in self._feeds])
        self._feeds.clear()
        self.user_feeds.send_all_away()

    # ---- what is told

    def _tell(self, group: str, message: line.Message, here: Callable[[], None]) -> None:
        """Here first, then the others. Without a loop there is nobody here to be told."""
        if self._loop is not None:
            self.post(here)
            self.post(lambda: self._line.publish(group, message))
        else:
            line.publish_from_outside(group, message)

    def _deliver(self, room_id: int, told: Iterable[Change]) -> None:
        if feed := self._feeds.get(room_id):
            for change in told:
                feed.offer(change)

    def _deliver_typing(self, room_id: int, user_id: int) -> None:
        if feed := self._feeds.get(room_id):
            feed.pass_on(user_id, encode(TypingNow(room=room_id, user=user_id)))

    def _audience(self, profile: Profile) -> set[Subscriber]:
        """Whoever is not settled anywhere yet has not been told of this person, or asks after its welcome."""
        sockets = set[Subscriber](self.presence.watchers_of(profile.user_id))
        for room_id in profile.room_ids:
            if feed := self._feeds.get(room_id):
                sockets |= feed.settled
        return sockets

    def _receive(self, message: line.Message) -> None:
        """From the channel layer. Our own echo is dropped, and what only a later version knows."""
        if message["origin"] != self.instance and (read := self._readers.get(message["type"])):
            read(message)

    def _table(self) -> dict[str, Callable[[line.Message], None]]:
        """What becomes of each type of telegram."""
        return {
            telegrams.CHANGES: lambda told: self._deliver(told["room"], telegrams.changes(told)),
            telegrams.TYPING: lambda told: self._deliver_typing(told["room"], told["user"]),
            telegrams.USER_CHANGE: lambda told: self.user_feeds.offer(telegrams.user_change(told)),
            telegrams.PROFILE: lambda told: self._profile_news.put(telegrams.profile(told)),
            telegrams.ACCESS: lambda told: self._watch.doubt(told["user"]),
        } | dict.fromkeys(telegrams.PRESENCE, self.presence.hear)

    # ---- the loop

    def run_posted(self) -> None:
        # Before the last look: what comes later wakes the loop anew.
        self._run_posted_is_due = False
        while self._posted:
            call = self._posted.popleft()
            try:
                call()
            except Exception:
                log.exception("What was posted to the hub failed.")

    def _spawn(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._finished)
        return task

    def _finished(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.error("A part of the hub failed.", exc_info=task.exception())


hub = Hub()
publish = hub.publish
publish_user = hub.publish_user
publish_access = hub.publish_access
publish_profile = hub.publish_profile


def on_access_changed(sender: object, user_id: int, **_: object) -> None:
    """Where telling of it fails, the watch finds it."""
    once_committed(lambda: publish_access(user_id))
