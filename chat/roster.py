"""Who is online, as far as this process knows: its own people, and what the other processes say of theirs.

Each process owns the set of the people connected to it. It numbers the changes of its set and tells them to
the others, and now and then the whole set. There is no count of connections that could go wrong: who hears
that a number is missing asks for the whole set, and what a process said is forgotten if it says nothing for
EXPIRY_SECONDS. (Phoenix Presence keeps its sets in the same spirit.)

Owner: `presence.py`, on the event loop. Bound: the people who are online.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from .protocol.fields import Presence

EXPIRY_SECONDS = 44.0  # two whole sets, and some time for the third to arrive
FADE_SECONDS = 4.0  # in which the people of a process that ends find another


@dataclass(frozen=True, slots=True)
class Gossip:
    """What a process tells of its own people; None for one who left. A whole set names all there are."""

    instance: str
    version: int
    users: Mapping[int, Presence | None]
    is_whole: bool


@dataclass(slots=True)
class _Other:
    version: int
    ends_at: float
    users: dict[int, Presence] = field(default_factory=dict)


class Roster:
    def __init__(self, instance: str) -> None:
        self._instance = instance
        self._version = 0
        self._own: dict[int, Presence] = {}
        self._news: dict[int, Presence | None] = {}
        self._others: dict[str, _Other] = {}
        self._changed: set[int] = set()

    def __len__(self) -> int:
        """How many people this process has."""
        return len(self._own)

    @property
    def own(self) -> list[int]:
        return list(self._own)

    def status_of(self, user_id: int) -> Presence:
        """Online if so anywhere, else away if so anywhere."""
        found = self._own.get(user_id)
        for other in tuple(self._others.values()):  # other threads ask, too
            if found == "online":
                break
            found = other.users.get(user_id, found)
        return found or "offline"

    def everybody(self) -> set[int]:
        others = tuple(self._others.values())  # other threads ask, too
        return set(self._own).union(*(other.users for other in others))

    def put(self, user_id: int, status: Presence | None) -> None:
        """One of this process's own people; None when they left."""
        if self._own.get(user_id) == status:
            return
        if status is None:
            del self._own[user_id]
        else:
            self._own[user_id] = status
        self._news[user_id] = status
        self._changed.add(user_id)

    def take_changed(self) -> set[int]:
        """Whose status may be another than when this was last asked."""
        changed, self._changed = self._changed, set()
        return changed

    # ---- what is told

    def take_news(self) -> Gossip | None:
        """What the others do not know yet."""
        if not self._news:
            return None
        news, self._news = self._news, {}
        self._version += 1
        return Gossip(self._instance, self._version, news, is_whole=False)

    def take_whole(self) -> Gossip:
        """All of it, news too; to be told to all the others."""
        if self._news:
            self._news = {}
            self._version += 1
        return Gossip(self._instance, self._version, dict(self._own), is_whole=True)

    # ---- what is heard

    def hear(self, gossip: Gossip, now: float) -> bool:
        """Whether it was understood; if not, the whole set is needed."""
        other = self._others.get(gossip.instance)
        if gossip.is_whole:
            self._replace(gossip, now)
            return True
        if other is None or gossip.version > other.version + 1:
            return False
        if gossip.version == other.version + 1:
            other.version = gossip.version
            other.ends_at = now + EXPIRY_SECONDS
            for user_id, status in gossip.users.items():
                _set(other.users, user_id, status)
            self._changed.update(gossip.users)
        return True

    def fade(self, instance: str, now: float) -> None:
        """That process ends: its people are on their way to another, or will be gone."""
        if other := self._others.get(instance):
            other.ends_at = min(other.ends_at, now + FADE_SECONDS)

    def expire(self, now: float) -> None:
        for instance in [key for key, other in self._others.items() if other.ends_at <= now]:
            self._changed.update(self._others.pop(instance).users)

    def _replace(self, gossip: Gossip, now: float) -> None:
        before = self._others.get(gossip.instance)
        if before is not None and gossip.version < before.version:
            return  # older than what was heard since
        users: dict[int, Presence] = {}
        for user_id, status in gossip.users.items():
            _set(users, user_id, status)
        held = before.users if before else {}
        self._changed.update(
            user_id for user_id in held.keys() | users if held.get(user_id) != users.get(user_id)
        )
        self._others[gossip.instance] = _Other(gossip.version, now + EXPIRY_SECONDS, users)


def _set(users: dict[int, Presence], user_id: int, status: Presence | None) -> None:
    if status is None:
        users.pop(user_id, None)
    else:
        users[user_id] = status
