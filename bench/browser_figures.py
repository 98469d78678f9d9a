"""What the measurements of `bench.browser` come to."""

import statistics
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from .fan_out.bars import Bar

KB = 1000
FIRST_LOAD_KB, READABLE_MS, LIVE_MS = 120, 1500, 2500
OPEN_MS, LONG_TASK_MS, KEY_MS = 150, 100, 50
FRAMES_PER_SECOND, HEAP_GROWTH = 55, 1.1


def weights(entries: Iterable[Mapping[str, Any]]) -> dict[str, float]:
    """KB of bodies as they came, by the ending of their address; pages have none."""
    found: defaultdict[str, float] = defaultdict(float)
    for entry in entries:
        name = str(entry["name"]).partition("?")[0].rpartition("/")[2]
        kind = name.rpartition(".")[2] if "." in name else "page"
        found[kind] += entry["encodedBodySize"] / KB
    return dict(found)


def frame_rate(times: Sequence[float]) -> float | None:
    """Frames a second, from the milliseconds at which each was begun."""
    if len(times) < 2 or times[-1] <= times[0]:
        return None
    return (len(times) - 1) * 1000 / (times[-1] - times[0])


def middle(values: Sequence[float]) -> float | None:
    return statistics.median(values) if values else None


def longest(durations: Sequence[float]) -> float:
    """0 where no task was long enough (50 ms) for the browser to report it."""
    return max(durations, default=0)


def bars(found: Mapping[str, Any]) -> list[Bar]:
    """Each figure beside what it is held against. `found` is what `browser_rounds` brought back."""
    first, scroll, flood = found["first"], found["scroll"], found["flood"]
    total = middle([sum(one["weights"].values()) for one in first])
    return [
        Bar("first load, bodies as they come", total, FIRST_LOAD_KB, False, "KB"),
        Bar("to a readable room", _of(first, "readable"), READABLE_MS, False, "ms"),
        Bar("to live", _of(first, "live"), LIVE_MS, False, "ms"),
        Bar("opening a loaded room", middle(found["open"]), OPEN_MS, False, "ms"),
        Bar("the same, at worst", max(found["open"], default=None), OPEN_MS, False, "ms"),
        Bar("scrolling, frames", frame_rate(scroll["frames"]), FRAMES_PER_SECOND, True, "a second"),
        Bar("scrolling, longest task", longest(scroll["long"]), LONG_TASK_MS, False, "ms"),
        Bar("500 events/s, longest task", longest(flood["long"]), LONG_TASK_MS, False, "ms"),
        Bar("500 events/s, key to character", middle(flood["keys"]), KEY_MS, False, "ms"),
        Bar("the same, 95th percentile", _late(flood["keys"]), KEY_MS, False, "ms"),
        Bar("heap after against before", _growth(flood), HEAP_GROWTH, False),
    ]


def _of(rounds: Sequence[Mapping[str, Any]], name: str) -> float | None:
    return middle([one[name] for one in rounds])


def _late(values: Sequence[float]) -> float | None:
    return statistics.quantiles(values, n=20)[-1] if len(values) > 1 else None


def _growth(flood: Mapping[str, Any]) -> float | None:
    return flood["heap_after"] / flood["heap_before"] if flood["heap_before"] else None
