"""This process's line to the others: the channel layer, taken for what it is, a hint that may fail.

The process has one channel. The groups it wants are kept as a set, and one task brings the layer in step with
it, again and again where that fails, so nobody waits for a layer that hangs. What is to be published waits in
a bounded queue for a task of its own; what queue or layer lose, the hub's poll finds in the database.

Owner: the hub. Bounds: MAX_UNPUBLISHED, LAYER_SECONDS for each call. End: `close`.
"""

import asyncio
import contextlib
import itertools
import logging
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from asgiref.sync import async_to_sync
from channels.layers import InMemoryChannelLayer, get_channel_layer
from channels_redis.utils import _consistent_hash  # nothing public says where a group has its place
from django.conf import settings

LAYER_SECONDS = 2.0
READY_SECONDS = 0.5
RETRY_SECONDS = 0.5
WELL_SECONDS = LAYER_SECONDS + RETRY_SECONDS + 0.5  # a part that fails does so again within these
LAST_WORDS_SECONDS = 0.2
CLOSE_TRIES = 3
MAX_UNPUBLISHED = 1_000

PRESENCE_GROUP = "presence"  # which every process is in

Message = dict[str, Any]

log = logging.getLogger(__name__)


def room_group(room_id: int) -> str:
    """Of the processes with a socket in the room."""
    return f"room.{room_id}"


def user_group(user_id: int) -> str:
    """Of those with a connection of the user."""
    return f"user.{user_id}"


class Line:
    """To be made on the event loop that it then lives on."""

    def __init__(self, receive: Callable[[Message], None]) -> None:
        self._receive = receive
        self._layer = get_channel_layer()
        self._is_alone = isinstance(self._layer, InMemoryChannelLayer)
        self._channel: str | None = None
        self._wanted: set[str] = set()
        self._subscribed: set[str] = set()
        self._touched: set[str] = set()  # perhaps subscribed: a call that failed may have worked
        self._failed_at: float | None = None
        self._is_stuck = False  # subscribing fails; publishing may work
        self._is_dropping = False
        self.lost = 0  # messages that a full queue dropped
        self._is_closing = False
        self._work = asyncio.Event()
        self._progress = asyncio.Condition()
        self._unpublished: asyncio.Queue[tuple[str, Message]] = asyncio.Queue(MAX_UNPUBLISHED)
        self._tasks = [
            asyncio.create_task(part()) for part in (self._subscribe_on, self._publish_on)
        ]

    async def close(self) -> None:
        """Says what is still to be said, if that is quick, and ends its tasks: again where one goes on, for a
        client library may swallow a cancellation."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LAST_WORDS_SECONDS):
                await self._unpublished.join()
        self._is_closing = True
        for _ in range(CLOSE_TRIES):
            running = [task for task in self._tasks if not task.done()]
            for task in running:
                task.cancel()
            if running:
                await asyncio.wait(running, timeout=LAYER_SECONDS)

    def want(self, groups: Iterable[str]) -> None:
        self._wanted.update(groups)
        self._work.set()

    def unwant(self, groups: Iterable[str]) -> None:
        self._wanted.difference_update(groups)
        self._work.set()

    async def ready(self, groups: set[str]) -> None:
        """Waits until those of them that are still wanted are subscribed, but not long, and not at all while
        the layer fails."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(READY_SECONDS), self._progress:
                await self._progress.wait_for(
                    lambda: groups & self._wanted <= self._subscribed or self._is_stuck
                )

    def publish(self, group: str, message: Message) -> None:
        """Never waits; a full queue drops the message. A layer in memory reaches nobody else."""
        if self._is_alone:
            return
        try:
            self._unpublished.put_nowait((group, message))
            self._is_dropping = False
        except asyncio.QueueFull:
            if not self._is_dropping:
                log.warning("More to publish than the channel layer takes: left to the poll.")
            self._is_dropping = True
            self.lost += 1

    @property
    def unpublished(self) -> int:
        return self._unpublished.qsize()

    @property
    def is_well(self) -> bool:
        """As far as it was used lately."""
        return self._failed_at is None

    def publish_if_idle(self, group: str, message: Message) -> None:
        """For what is worth nothing later: while other things wait to be published, it is dropped."""
        if self._unpublished.empty() and not self._is_alone:
            self._unpublished.put_nowait((group, message))

    async def _subscribe_on(self) -> None:
        while not self._is_closing:
            await self._work.wait()
            self._work.clear()
            try:
                await self._reconcile()
                self._is_stuck = False
                self._note(None)
            except Exception as error:  # whatever the layer's library raises
                self._is_stuck = True
                self._note(error)
                async with self._progress:
                    self._progress.notify_all()
                self._work.set()
                await asyncio.sleep(RETRY_SECONDS)

    async def _reconcile(self) -> None:
        channel = self._channel or await self._open_channel()
        while missing := self._wanted - self._subscribed:
            for group in missing:
                self._touched.add(group)
                await _bounded(self._layer.group_add(group, channel))
                self._subscribed.add(group)
            async with self._progress:
                self._progress.notify_all()
        for group in self._touched - self._wanted:
            if group in self._wanted:
                continue  # again, while others were waited for
            self._subscribed.discard(group)  # before the wait: wanted again, it is missing
            await _bounded(self._layer.group_discard(group, channel))
            if group not in self._wanted:
                self._touched.discard(group)
            if self._wanted - self._subscribed:  # who comes does not wait for all that go
                self._work.set()
                return

    async def _open_channel(self) -> str:
        try:
            self._channel = await _bounded(self._layer.new_channel("hub"))
        except BaseException:
            with contextlib.suppress(Exception):
                await _bounded(self._layer.flush())  # it keeps a queue for each channel it tried
            raise
        self._tasks.append(asyncio.create_task(self._listen(self._channel)))
        return self._channel

    async def _listen(self, channel: str) -> None:
        while not self._is_closing:
            try:
                message = await self._layer.receive(channel)
            except Exception as error:
                self._note(error)
                await asyncio.sleep(RETRY_SECONDS)
                continue
            self._note(None)
            try:
                self._receive(message)
            except Exception:
                log.exception("A message of another process was not understood.")

    async def _publish_on(self) -> None:
        while not self._is_closing:
            group, message = await self._unpublished.get()
            try:
                await _bounded(self._layer.group_send(group, message))
            except Exception as error:  # a restarted Redis costs the first publish after it, too
                self._note(error)
            else:
                self._note(None)
            finally:
                self._unpublished.task_done()

    def _note(self, error: Exception | None) -> None:
        """One line when it begins to fail, one when no part of it has failed for a while."""
        now = asyncio.get_running_loop().time()
        if error is not None:
            if self._failed_at is None:
                log.warning(
                    "The channel layer fails (REDIS_URL), what happens elsewhere comes late: %r",
                    error,
                )
            self._failed_at = now
        elif self._failed_at is not None and now - self._failed_at > WELL_SECONDS:
            self._failed_at = None
            log.warning("The channel layer works again.")


def publish_from_outside(group: str, message: Message) -> None:
    """From a process without a hub, such as a management command."""
    try:
        async_to_sync(_bounded)(get_channel_layer().group_send(group, message))
    except Exception as error:
        log.warning("A publish was lost, the poll covers for it (REDIS_URL): %r", error)


async def silent() -> list[int]:
    """Which of the layer's Redis take no message at the moment: their places in REDIS_URL, the first is 1.

    Each is asked by the layer itself, with a message to a group of nobody's that has its place there. Within
    LAYER_SECONDS, whichever hang."""
    layer = get_channel_layer()
    if isinstance(layer, InMemoryChannelLayer):
        return []
    groups = nobodys_groups(len(settings.REDIS_URLS))
    takes = await asyncio.gather(*(_takes(layer, group) for group in groups))
    return [place for place, is_taken in enumerate(takes, start=1) if not is_taken]


@cache
def nobodys_groups(count: int) -> tuple[str, ...]:
    """One at each of so many Redis, in their order: a group has its place by the hash of its name."""
    found: dict[int, str] = {}
    names = (f"nobody.{number}" for number in itertools.count())
    while len(found) < count:
        name = next(names)
        found.setdefault(_consistent_hash(f"asgi__group__{name}", count), name)
    return tuple(found[place] for place in range(count))


async def _takes(layer: Any, group: str) -> bool:
    """A second message where a restart has cost the first."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(LAYER_SECONDS):
            for _ in range(2):
                with contextlib.suppress(Exception):  # whatever the layer's library raises
                    await layer.group_send(group, {})
                    return True
    return False


async def _bounded(call: Any) -> Any:
    async with asyncio.timeout(LAYER_SECONDS):
        return await call
