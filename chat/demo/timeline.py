"""When each line is said: people talk by day, hardly at night or on Sundays, and in bursts."""

import heapq
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import accumulate, count
from random import Random

from .script import Line, Scene

# How much is said in each hour of a day in UTC, by a team between Lisbon and Shanghai.
_HOURS = (2, 3, 3, 2, 1, 2, 4, 7, 9, 10, 9, 6, 7, 9, 9, 8, 6, 4, 2, 1, 1, 1, 1, 1)
_WEEKEND = 0.1
_AWAKE = 0.25  # of a week
_PAUSE_SECONDS = 35
_LAST_SCENE_ENDS = timedelta(minutes=4)
_MESSAGES_PER_DAY = 4_000


@dataclass(slots=True)
class Play:
    """A scene on its stage. `seqs` notes under which number each of its lines was stored."""

    room_id: int
    part: str
    scene: Scene
    cast: dict[str, int]
    words: dict[str, str]
    seqs: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Utterance:
    at: datetime
    play: Play
    index: int

    @property
    def line(self) -> Line:
        return self.play.scene[self.index]


def first_day(messages: int, end: datetime) -> datetime:
    """How far back a timeline of so many messages begins: three weeks, and more for a lot."""
    return end - timedelta(days=21 + messages // _MESSAGES_PER_DAY)


def perform(
    plays: Sequence[Play], random: Random, start: datetime, end: datetime
) -> Iterator[Utterance]:
    """All lines in the order of time. In one room a scene waits until the last is over."""
    waiting: list[tuple[datetime, int, Play, int]] = []
    order = count()
    free_at: dict[int, datetime] = {}
    pause = _pause(plays, start, end)
    for begins, play in zip(_beginnings(len(plays), random, start, end), plays, strict=True):
        while waiting and waiting[0][0] <= begins:
            at, _, earlier, index = heapq.heappop(waiting)
            yield Utterance(at, earlier, index)
        at = max(begins, free_at.get(play.room_id, begins))
        for index in range(len(play.scene)):
            heapq.heappush(waiting, (min(at, end), next(order), play, index))
            at += timedelta(seconds=pause * (0.1 + random.expovariate(1)))
        free_at[play.room_id] = at
    while waiting:
        at, _, play, index = heapq.heappop(waiting)
        yield Utterance(at, play, index)


def _pause(plays: Sequence[Play], start: datetime, end: datetime) -> float:
    """Seconds between two lines: so few that the busiest room gets through its scenes."""
    lines: Counter[int] = Counter()
    for play in plays:
        lines[play.room_id] += len(play.scene)
    awake = (end - start).total_seconds() * _AWAKE
    return min(_PAUSE_SECONDS, awake / (2 * max(lines.values(), default=1)))


def _beginnings(number: int, random: Random, start: datetime, end: datetime) -> list[datetime]:
    """Ascending; the last scene has just been played when the newcomer arrives."""
    if end - start < timedelta(hours=1):
        return sorted(start + (end - start) * random.random() for _ in range(number))
    hours = [
        start + timedelta(hours=passed) for passed in range(int((end - start) / timedelta(hours=1)))
    ]
    weights = list(accumulate(_weight(hour) for hour in hours))
    chosen = random.choices(hours, cum_weights=weights, k=number - 1) if number > 1 else []
    return [
        *sorted(hour + timedelta(seconds=random.randrange(3600)) for hour in chosen),
        end - _LAST_SCENE_ENDS,
    ]


def _weight(hour: datetime) -> float:
    hour = hour.astimezone(UTC)
    return _HOURS[hour.hour] * (_WEEKEND if hour.weekday() >= 5 else 1)
