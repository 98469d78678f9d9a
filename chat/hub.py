"""The hub: this process's feeds, and its one line to the other processes.

The process, not each socket, is a member of the channel-layer groups `room.<id>` that its sockets need.
What is stored here is told to the local feeds at once and published for the others by a task of its own, so
nobody waits for Redis. The layer is a hint: what it loses, a feed notices as a gap, or the poll finds by
comparing revs with the database once a second, and reads it from there.

Everything here runs on one event loop; `publish` and `post` may be called from any thread.
"""

import asyncio
import contextlib
import logging
import uuid
from collections import deque
from collections.abc import Callable, Coroutine, Iterable, Sequence
from typing import Any

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer

from . import database, queries
from .errors import Unavailable
from .feeds import Change, Feed, Subscriber

GAP_SECONDS = 0.1
POLL_SECONDS = 1.0
POLL_GRACE_SECONDS = 0.3
LINGER_SECONDS = 30.0
LAYER_SECONDS = 5.0
MAX_UNPUBLISHED = 1_000

log = logging.getLogger(__name__)


class Hub:
    def __init__(self) -> None:
        self.instance = uuid.uuid4().hex
        self._feeds: dict[int, Feed] = {}
        self._subscribed: set[int] = set()
        self._repairing: set[int] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._posted: deque[Callable[[], None]] = deque()
        self._run_posted_is_due = False
        self._unpublished: asyncio.Queue[tuple[str, dict[str, Any]]] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._started: asyncio.Future[None] | None = None

    # ---- life

    async def start(self) -> None:
        """Begins listening and polling on the running loop; the first socket's call does it."""
        if self._started is None or (self._started.done() and self._started.exception()):
            self._started = asyncio.ensure_future(self._start())
        await asyncio.shield(self._started)

    async def _start(self) -> None:
        self._changing_feeds = asyncio.Lock()
        self._unpublished = asyncio.Queue(MAX_UNPUBLISHED)
        self._layer = get_channel_layer()
        async with asyncio.timeout(LAYER_SECONDS):
            self._channel = await self._layer.new_channel("hub")
        self._loop = asyncio.get_running_loop()
        for part in (self._listen, self._publish_on, self._subscribe_on, self._poll):
            self._spawn(part())

    async def close(self) -> None:
        """Ends the hub's tasks; sockets are closed by their owner before."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._loop = self._started = None

    # ---- from any thread

    def post(self, call: Callable[[], None]) -> None:
        """Has the loop run `call`; what is posted together costs one wake-up."""
        self._posted.append(call)
        if not self._run_posted_is_due and self._loop is not None:
            self._run_posted_is_due = True
            self._loop.call_soon_threadsafe(self.run_posted)

    def publish(self, room_id: int, changes: Sequence[Change]) -> None:
        """Tells everyone in the room, here and in the other processes, what was just committed."""
        if self._loop is not None:
            self.post(lambda: self._publish(room_id, changes))
        else:
            publish_from_outside(room_id, changes)

    # ---- sockets

    async def join(self, socket: Subscriber, room_ids: Iterable[int]) -> None:
        """Adds a socket to feeds, held aside in each until `settle`. Read its snapshot after this."""
        wanted = set(room_ids)
        async with self._changing_feeds:
            new = [room_id for room_id in wanted if room_id not in self._feeds]
            if new:
                await self._start_feeds(new)
            for room_id in wanted:
                self._feeds[room_id].add(socket)

    def settle(self, socket: Subscriber, room_id: int, cursor: int) -> None:
        if feed := self._feeds.get(room_id):
            feed.settle(socket, cursor)

    def leave(self, socket: Subscriber, room_ids: Iterable[int]) -> None:
        for room_id in room_ids:
            feed = self._feeds.get(room_id)
            if feed is None:
                continue
            feed.remove(socket)
            if feed.is_empty and self._loop is not None:
                self._loop.call_later(LINGER_SECONDS, self._retire_soon, feed)

    # ---- feeds

    async def _start_feeds(self, room_ids: list[int]) -> None:
        """Subscribes, then reads the revs: a change in between is both published and counted."""
        feeds = {room_id: Feed(room_id, self._repair_after_gap) for room_id in room_ids}
        self._feeds.update(feeds)
        try:
            await self._subscribe(room_ids)
            revs = await database.run(queries.revs, room_ids)
        except BaseException:
            for room_id in room_ids:
                del self._feeds[room_id]
            raise
        for room_id, feed in feeds.items():
            feed.start(revs.get(room_id, 0))

    async def _subscribe(self, room_ids: Iterable[int]) -> None:
        """Those that the layer does not take now are left to `_subscribe_on`, and to the poll."""
        try:
            async with asyncio.timeout(LAYER_SECONDS):
                for room_id in room_ids:
                    await self._layer.group_add(_group(room_id), self._channel)
                    self._subscribed.add(room_id)
        except Exception as error:  # whatever the layer's library raises
            log.warning("The channel layer cannot be reached (REDIS_URL): %r", error)

    async def _subscribe_on(self) -> None:
        while True:
            await asyncio.sleep(POLL_SECONDS)
            if missing := self._feeds.keys() - self._subscribed:
                await self._subscribe(missing)

    def _retire_soon(self, feed: Feed) -> None:
        if feed.is_empty and self._feeds.get(feed.room_id) is feed:
            self._spawn(self._retire(feed))

    async def _retire(self, feed: Feed) -> None:
        async with self._changing_feeds:
            if not feed.is_empty or self._feeds.get(feed.room_id) is not feed:
                return
            del self._feeds[feed.room_id]
            self._subscribed.discard(feed.room_id)
            try:
                async with asyncio.timeout(LAYER_SECONDS):
                    await self._layer.group_discard(_group(feed.room_id), self._channel)
            except Exception as error:
                log.warning("The channel layer cannot be reached (REDIS_URL): %r", error)

    # ---- repair

    def _repair_after_gap(self, feed: Feed) -> None:
        if self._loop is not None and feed.room_id not in self._repairing:
            self._repairing.add(feed.room_id)
            self._loop.call_later(GAP_SECONDS, self._repair_if_gap, feed)

    def _repair_if_gap(self, feed: Feed) -> None:
        if feed.has_gap:
            self._spawn(self._repair(feed))
        else:
            self._repairing.discard(feed.room_id)

    async def _repair(self, feed: Feed) -> None:
        """Reads what the feed lacks and gives it to the feed; the poll tries again if that fails."""
        try:
            with contextlib.suppress(Unavailable):
                more = True
                while more and feed.rev is not None:
                    repair, more = await database.run(queries.catch_up, feed.room_id, feed.rev)
                    feed.catch_up(repair)
        finally:
            self._repairing.discard(feed.room_id)

    async def _poll(self) -> None:
        """Finds what was never published: once a second, one query for all feeds."""
        while True:
            await asyncio.sleep(POLL_SECONDS)
            try:
                revs = await database.run(queries.revs, list(self._feeds))
            except Unavailable:
                continue
            for room_id, rev in revs.items():
                feed = self._feeds.get(room_id)
                if feed is not None and feed.rev is not None and feed.rev < rev:
                    asyncio.get_running_loop().call_later(
                        POLL_GRACE_SECONDS, self._repair_if_behind, feed, rev
                    )

    def _repair_if_behind(self, feed: Feed, rev: int) -> None:
        """What was merely on its way when the poll looked has arrived by now."""
        if feed.rev is not None and feed.rev < rev and feed.room_id not in self._repairing:
            self._repairing.add(feed.room_id)
            self._spawn(self._repair(feed))

    # ---- the channel layer

    def _publish(self, room_id: int, changes: Sequence[Change]) -> None:
        self._deliver(room_id, changes)
        if self._unpublished is None:
            return
        try:
            self._unpublished.put_nowait(
                (_group(room_id), _layer_message(self.instance, room_id, changes))
            )
        except asyncio.QueueFull:
            log.warning("Too much to publish: room %d is left to the poll.", room_id)

    def _deliver(self, room_id: int, changes: Iterable[Change]) -> None:
        feed = self._feeds.get(room_id)
        if feed is not None:
            for change in changes:
                feed.offer(change)

    async def _publish_on(self) -> None:
        while self._unpublished is not None:
            group, message = await self._unpublished.get()
            try:
                async with asyncio.timeout(LAYER_SECONDS):
                    await self._layer.group_send(group, message)
            except Exception as error:  # pub/sub raises once after a restart of Redis
                log.warning("A publish was lost, the poll covers for it: %s", error)

    async def _listen(self) -> None:
        while True:
            try:
                self._receive(await self._layer.receive(self._channel))
            except Exception as error:
                log.warning("The channel layer cannot be read (REDIS_URL): %s", error)
                await asyncio.sleep(POLL_SECONDS)

    def _receive(self, message: dict[str, Any]) -> None:
        if message["origin"] != self.instance:
            changes = [
                Change(rev, payload, tuple(member) if member else None)
                for rev, payload, member in message["changes"]
            ]
            self._deliver(message["room"], changes)

    # ---- the loop

    def run_posted(self) -> None:
        self._run_posted_is_due = (
            False  # before the last look: what comes later wakes the loop anew
        )
        while self._posted:
            self._posted.popleft()()

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.error("A part of the hub failed.", exc_info=task.exception())


hub = Hub()
publish = hub.publish


def publish_from_outside(room_id: int, changes: Sequence[Change]) -> None:
    """From a process without a hub, such as a management command."""
    layer = get_channel_layer()
    message = _layer_message("", room_id, changes)
    try:
        async_to_sync(layer.group_send)(_group(room_id), message)
    except Exception as error:
        log.warning("A publish was lost, the poll covers for it: %s", error)


def _group(room_id: int) -> str:
    return f"room.{room_id}"


def _layer_message(origin: str, room_id: int, changes: Iterable[Change]) -> dict[str, Any]:
    return {
        "type": "room.changes",
        "origin": origin,
        "room": room_id,
        "changes": [(change.rev, change.payload, change.member) for change in changes],
    }
