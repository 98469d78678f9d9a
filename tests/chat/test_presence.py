"""What those who watch are told, tick by tick, in one process."""

import asyncio
import json
from typing import Any

import pytest

from chat import presence as presences
from chat.frames import Frame
from chat.presence import LINGER_SECONDS, TICK_SECONDS, WHOLE_SECONDS, Presence
from chat.roster import EXPIRY_SECONDS


class Guest:
    def __init__(self, user_id: int) -> None:
        self.user_id = user_id
        self.is_behind = False
        self.told: list[dict[str, str]] = []

    def write(self, frame: Frame) -> None:
        self.told.append(json.loads(frame.payload)["users"])


@pytest.fixture
def published(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    monkeypatch.setattr(presences, "LINGER_SECONDS", 0.0)
    return []


@pytest.fixture
async def presence(published: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch) -> Presence:
    async def note_nothing(user_ids: set[int]) -> None:
        pass

    monkeypatch.setattr(presences, "_note_seen", note_nothing)
    return Presence("one", published.append)


def arrive(presence: Presence, user_id: int, *, is_hidden: bool = False) -> Guest:
    guest = Guest(user_id)
    presence.arrive(guest, is_hidden=is_hidden)
    return guest


async def test_who_watches_is_told_of_those_and_nobody_else(presence: Presence) -> None:
    watcher, idle = arrive(presence, 1), arrive(presence, 2)
    assert presence.watch(watcher, [2, 3]) == {2: "online", 3: "offline"}
    arrive(presence, 3)
    arrive(presence, 4)
    presence._tick()
    assert (watcher.told, idle.told) == ([{"3": "online"}], [])


async def test_a_page_that_is_loaded_anew_was_never_gone(presence: Presence) -> None:
    watcher, guest = arrive(presence, 1), arrive(presence, 2)
    presence.watch(watcher, [2])
    presence.leave(guest)
    arrive(presence, 2)
    presence._tick()
    assert watcher.told == []


async def test_who_leaves_one_of_two_places_is_still_here(presence: Presence) -> None:
    watcher, first, second = arrive(presence, 1), arrive(presence, 2), arrive(presence, 2)
    presence.watch(watcher, [2])
    presence.leave(first)
    presence._tick()
    assert watcher.told == []
    presence.leave(second)
    presence._tick()
    assert watcher.told == [{"2": "offline"}]


async def test_one_is_away_when_one_is_so_everywhere(presence: Presence) -> None:
    watcher, first, second = arrive(presence, 1), arrive(presence, 2), arrive(presence, 2)
    presence.watch(watcher, [2])
    presence.set(first, "away")
    presence._tick()
    presence.set(second, "away")
    presence._tick()
    assert watcher.told == [{"2": "away"}]


async def test_who_hides_looks_offline_on_all_connections(
    presence: Presence, published: list[dict[str, Any]]
) -> None:
    watcher, guest = arrive(presence, 1), arrive(presence, 2)
    arrive(presence, 2)
    presence.watch(watcher, [2])
    presence._tick()
    presence.arrive(guest, is_hidden=True)
    presence._tick()
    assert watcher.told == [{"2": "offline"}]
    published.clear()
    presence.set(guest, "online")
    presence.leave(guest)
    presence._tick()
    assert published == []


async def test_a_reader_with_a_backlog_is_told_the_last_of_it(presence: Presence) -> None:
    watcher, guest = arrive(presence, 1), arrive(presence, 2)
    presence.watch(watcher, [2])
    watcher.is_behind = True
    for status in ("away", "online", "away"):
        presence.set(guest, status)
        presence._tick()
    watcher.is_behind = False
    presence._tick()
    presence._tick()
    assert watcher.told == [{"2": "away"}]


async def test_watching_others_forgets_the_first(presence: Presence) -> None:
    watcher, guest = arrive(presence, 1), arrive(presence, 2)
    presence.watch(watcher, [2])
    presence.watch(watcher, [3])
    presence.leave(guest)
    presence._tick()
    assert watcher.told == []
    presence.leave(watcher)
    kept = (presence._told, presence._watchers, presence._due, presence._watched)
    assert not any(kept)


async def test_a_second_watcher_is_told_what_the_first_was(presence: Presence) -> None:
    """Else a change back within one tick would leave it with something that never was told."""
    first, second, guest = arrive(presence, 1), arrive(presence, 4), arrive(presence, 2)
    presence.watch(first, [2])
    presence.set(guest, "away")
    assert presence.watch(second, [2]) == {2: "online"}
    presence.set(guest, "online")
    presence._tick()
    assert (first.told, second.told) == ([], [])


async def test_another_process_is_asked_for_what_is_missing(
    presence: Presence, published: list[dict[str, Any]]
) -> None:
    gossip = {"type": "presence.gossip", "origin": "two", "version": 7, "is_whole": False}
    presence.hear(gossip | {"users": [(2, "online")]})
    assert [message["type"] for message in published] == ["presence.ask"]
    presence.hear(gossip | {"users": [(2, "online")], "is_whole": True})
    assert presence.online([2, 3]) == [2]


async def test_who_went_is_noted_as_seen_once(
    presence: Presence, monkeypatch: pytest.MonkeyPatch
) -> None:
    noted: list[set[int]] = []

    async def note(user_ids: set[int]) -> None:
        noted.append(user_ids)

    monkeypatch.setattr(presences, "_note_seen", note)
    seen, hidden = arrive(presence, 2), arrive(presence, 3, is_hidden=True)
    for guest in (seen, hidden):
        presence.leave(guest)
    presence._tick()
    await asyncio.sleep(0)
    assert noted == [{2}]


def test_the_longest_way_is_within_what_is_promised() -> None:
    """Two seconds for a change at another process, 45 for a process that died, one lost gossip included."""
    assert LINGER_SECONDS + 2 * TICK_SECONDS < 2
    assert EXPIRY_SECONDS + TICK_SECONDS <= 45
    assert 2 * WHOLE_SECONDS < EXPIRY_SECONDS
