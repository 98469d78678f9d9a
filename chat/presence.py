"""Presence: who of the people on a client's screen is online, away or offline, told while it is true.

A connection says whom it shows (`watch`) and is told of those alone. Whose last connection ends is offline
after LINGER_SECONDS: a page that is loaded anew is back by then. Every TICK_SECONDS what changed is told to
the other processes (`roster.py`), and what then differs from what was last told here, to those who watch. Who
hides is nowhere: not told, not gossiped, not written down as seen.

It is passing, as typing is, but a state: a socket with a backlog is told the last of it when it has caught
up.

Owner: the hub, on its event loop. Bounds: as many watched people for each connection as the wire lets it
name, one task for the ticks and one for what is written down. End: `close`.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from datetime import UTC, datetime
from typing import Any, Protocol

from accounts.presence import note_seen

from . import database
from .errors import Unavailable
from .frames import Frame
from .protocol.codec import encode
from .protocol.events import PresenceChanged
from .protocol.fields import Presence as Status
from .roster import Gossip, Roster

TICK_SECONDS = 0.5
LINGER_SECONDS = 0.5
WHOLE_SECONDS = 20.0
CLOSE_SECONDS = 0.2

log = logging.getLogger(__name__)


class Guest(Protocol):
    """A connection that was welcomed. Writing never waits and never raises."""

    user_id: int

    @property
    def is_behind(self) -> bool: ...
    def write(self, frame: Frame) -> None: ...


class Presence:
    def __init__(self, instance: str, publish: Callable[[dict[str, Any]], None]) -> None:
        """`publish` tells the other processes' Presences, which give it to `hear`."""
        self._instance = instance
        self._publish = publish
        self._roster = Roster(instance)
        self._here: dict[int, dict[Guest, Status]] = {}
        self._hidden: set[int] = set()
        self._leaving: dict[int, float] = {}  # who has no connection here any more, since when
        self._watched: dict[Guest, frozenset[int]] = {}
        self._watchers: defaultdict[int, set[Guest]] = defaultdict(set)
        self._told: dict[int, Status] = {}  # of everybody who is watched
        self._due: defaultdict[Guest, set[int]] = defaultdict(set)
        self._seen: set[int] = set()  # to be written down
        self._noting: asyncio.Task[None] | None = None

    # ---- connections

    def arrive(self, guest: Guest, *, is_hidden: bool) -> None:
        """It was welcomed, perhaps again. Who hides does so on all connections."""
        self._here.setdefault(guest.user_id, {}).setdefault(guest, "online")
        self._leaving.pop(guest.user_id, None)
        (self._hidden.add if is_hidden else self._hidden.discard)(guest.user_id)
        self._put(guest.user_id)

    def leave(self, guest: Guest) -> None:
        """Harmless for one that never arrived."""
        self.watch(guest, ())
        here = self._here.get(guest.user_id, {})
        here.pop(guest, None)
        if here:
            self._put(guest.user_id)
        elif self._here.pop(guest.user_id, None) is not None:
            self._leaving[guest.user_id] = _now()

    def set(self, guest: Guest, status: Status) -> None:
        here = self._here.get(guest.user_id, {})
        if guest in here:
            here[guest] = status
            self._put(guest.user_id)

    def watch(self, guest: Guest, user_ids: Iterable[int]) -> dict[int, Status]:
        """Replaces whom it shows; how they are, as it is told to all who watch them."""
        before, wanted = self._watched.pop(guest, frozenset()), frozenset(user_ids)
        for user_id in before - wanted:
            self._unwatch(guest, user_id)
        self._due.pop(guest, None)
        for user_id in wanted - before:
            self._watchers[user_id].add(guest)
            self._told.setdefault(user_id, self._roster.status_of(user_id))
        if wanted:
            self._watched[guest] = wanted
        return {user_id: self._told[user_id] for user_id in wanted}

    def watchers_of(self, user_id: int) -> AbstractSet[Guest]:
        return self._watchers.get(user_id, frozenset())

    def online(self, user_ids: Iterable[int]) -> list[int]:
        """Those who are here in some way, also when they are away. From any thread."""
        return [one for one in user_ids if self._roster.status_of(one) != "offline"]

    def everybody(self) -> AbstractSet[int]:
        """All who are not offline and do not hide. From any thread."""
        return self._roster.everybody()

    # ---- the other processes

    def hear(self, message: Mapping[str, Any]) -> None:
        """What another process published."""
        if message["type"] == "presence.ask":
            self._publish_gossip(self._roster.take_whole())
        elif message["type"] == "presence.bye":
            self._roster.fade(message["origin"], _now())
        else:
            users = dict(message["users"])
            gossip = Gossip(message["origin"], message["version"], users, message["is_whole"])
            if not self._roster.hear(gossip, _now()):
                self._publish({"type": "presence.ask", "origin": self._instance})

    # ---- life

    async def run(self) -> None:
        """For ever."""
        self._publish({"type": "presence.ask", "origin": self._instance})
        whole_at = _now()
        while True:
            if _now() >= whole_at:
                whole_at = _now() + WHOLE_SECONDS
                self._publish_gossip(self._roster.take_whole())
            try:
                self._tick()
            except Exception:
                log.exception("Presence failed.")
            await asyncio.sleep(TICK_SECONDS)

    async def close(self) -> None:
        """Says goodbye for all who are here; where the database hangs, without noting when they were seen."""
        self._publish({"type": "presence.bye", "origin": self._instance})
        self._seen.update(self._roster.own)
        self._note_seen_soon()
        if self._noting is not None:
            await asyncio.wait([self._noting], timeout=CLOSE_SECONDS)
            self._noting.cancel()

    def _tick(self) -> None:
        now = _now()
        self._roster.expire(now)
        gone = [user for user, since in self._leaving.items() if since <= now - LINGER_SECONDS]
        for user_id in gone:
            del self._leaving[user_id]
            self._roster.put(user_id, None)
        if news := self._roster.take_news():
            self._publish_gossip(news)
        self._note_changes()
        self._tell()
        self._seen.update(user_id for user_id in gone if user_id not in self._hidden)
        self._hidden.difference_update(gone)
        self._note_seen_soon()

    def _note_seen_soon(self) -> None:
        """All who went while the last were written down are the next."""
        if self._seen and (self._noting is None or self._noting.done()):
            seen, self._seen = self._seen, set()
            self._noting = asyncio.get_running_loop().create_task(_note_seen(seen))

    def _note_changes(self) -> None:
        for user_id in self._roster.take_changed() & self._told.keys():
            status = self._roster.status_of(user_id)
            if status != self._told[user_id]:
                self._told[user_id] = status
                for guest in self._watchers[user_id]:
                    self._due[guest].add(user_id)

    def _tell(self) -> None:
        """Many watch the same people: a frame is built once for all who are due the same."""
        frames: dict[frozenset[int], Frame] = {}
        for guest in [guest for guest in self._due if not guest.is_behind]:
            due = frozenset(self._due.pop(guest))
            if due not in frames:
                users = {user_id: self._told[user_id] for user_id in sorted(due)}
                frames[due] = Frame(encode(PresenceChanged(users=users)))
            guest.write(frames[due])

    def _put(self, user_id: int) -> None:
        statuses = set(self._here[user_id].values())
        status: Status = "online" if "online" in statuses else "away"
        self._roster.put(user_id, None if user_id in self._hidden else status)

    def _unwatch(self, guest: Guest, user_id: int) -> None:
        watchers = self._watchers[user_id]
        watchers.discard(guest)
        if not watchers:
            del self._watchers[user_id], self._told[user_id]

    def _publish_gossip(self, gossip: Gossip) -> None:
        self._publish(
            {
                "type": "presence.gossip",
                "origin": gossip.instance,
                "version": gossip.version,
                "users": list(gossip.users.items()),
                "is_whole": gossip.is_whole,
            }
        )


async def _note_seen(user_ids: set[int]) -> None:
    try:
        await database.act(note_seen, user_ids, datetime.now(UTC))
    except Unavailable:
        pass  # `database` says so; it is not worth keeping
    except Exception:
        log.exception("When people were last seen could not be noted.")


def _now() -> float:
    return asyncio.get_running_loop().time()
