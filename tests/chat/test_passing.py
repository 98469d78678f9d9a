"""What passes: told at once or together, and never waited for."""

import asyncio

import pytest

from chat import passing
from chat.frames import Frame
from chat.passing import MAX_PASSING, Passing
from tests.chat.attending import until


class Told(list[bytes]):
    def take(self, frame: Frame) -> None:
        assert frame.is_passing
        self.append(frame.payload)


@pytest.fixture
def told() -> Told:
    return Told()


async def just_told(told: Told, monkeypatch: pytest.MonkeyPatch) -> Passing:
    """It has told of 1, and tells of nothing for a moment."""
    monkeypatch.setattr(passing, "PASSING_SECONDS", 0.05)
    events = Passing(told.take)
    events.put(1, b"1")
    await until(lambda: len(told) == 1)
    return events


async def test_in_quiet_times_it_is_told_at_once(told: Told) -> None:
    Passing(told.take).put(1, b"one")
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert told == [b"one"]


async def test_what_follows_soon_is_told_together_and_of_each_the_last(
    told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    events = await just_told(told, monkeypatch)
    for key, payload in [(1, b"2"), (2, b"3"), (1, b"4")]:
        events.put(key, payload)
    await until(lambda: len(told) == 2)
    assert told == [b"1", b"[4,3]"]


async def test_more_than_can_be_told_is_dropped(told: Told) -> None:
    events = Passing(told.take)
    for key in range(MAX_PASSING + 10):
        events.put(key, b"0")
    await until(lambda: len(told) == 1)
    assert told[0].count(b"0") == MAX_PASSING


async def test_what_is_over_is_not_told(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    events = await just_told(told, monkeypatch)
    events.put(1, b"2")
    events.drop(1)
    events.put(2, b"3")
    events.drop(2)
    events.put(1, b"4")
    await until(lambda: len(told) == 2)
    assert told == [b"1", b"4"]


async def test_where_all_is_over_nothing_is_told(
    told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passing, "PASSING_SECONDS", 0.0)
    events = Passing(told.take)
    events.put(1, b"1")
    events.drop(1)
    for _ in range(3):
        await asyncio.sleep(0)
    assert told == []
