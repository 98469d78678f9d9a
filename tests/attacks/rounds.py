"""What an attack costs those who have no part in it: rounds without and with it, in turn, on one server.

A machine has moods, so each round with the attack is held against the one before it without, and the median
of those ratios counts.
"""

import asyncio
import statistics
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import asdict, dataclass, field
from typing import Any

from tests.attacks.steady import Latency, Talk

PAUSE_SECONDS = 1.0

Attack = Callable[[], AbstractAsyncContextManager[object]]


@dataclass
class Comparison:
    without: list[Latency] = field(default_factory=list)
    under: list[Latency] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        """Of the p99s."""
        pairs = zip(self.without, self.under, strict=True)
        return round(statistics.median(under.p99 / calm.p99 for calm, under in pairs), 3)

    @property
    def lost(self) -> int:
        return sum(latency.lost for latency in [*self.without, *self.under])

    def as_json(self) -> dict[str, Any]:
        return {
            "p99_ratio": self.ratio,
            "p99_ms_without": statistics.median(latency.p99 for latency in self.without),
            "p99_ms_under": statistics.median(latency.p99 for latency in self.under),
            "rounds_without": [asdict(latency) for latency in self.without],
            "rounds_under": [asdict(latency) for latency in self.under],
        }


async def compare(talk: Talk, attack: Attack, *, rounds: int, seconds: float) -> Comparison:
    """While `talk` is going on."""
    found = Comparison()
    for _ in range(rounds):
        found.without.append(await talk.measure(seconds))
        async with attack():
            await asyncio.sleep(PAUSE_SECONDS)
            found.under.append(await talk.measure(seconds))
        await asyncio.sleep(PAUSE_SECONDS)
    return found
