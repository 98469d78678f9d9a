"""A fault on trial: played with a seed of its own, judged, its recovery noted."""

from dataclasses import dataclass
from random import Random

from tests.faults.breaking import Fault
from tests.faults.recovery import Recoveries
from tests.faults.scenario import Result, play
from tests.faults.world import World

SECONDS, LONG_SECONDS = 1.5, 3.0
FINDINGS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Trial:
    """`is_long` tells the form of `make faults` from that of `make test`."""

    world: World
    seed: int
    is_long: bool
    recoveries: Recoveries

    async def of(
        self, fault: Fault, name: str, *, seconds: float | None = None, padding: int = 0
    ) -> Result:
        """Fails where anything is found; `seconds` is how long a fault that lasts is to last."""
        if seconds is None:
            seconds = LONG_SECONDS if self.is_long else SECONDS
        result = await play(self.world, fault, Random(self.seed), seconds=seconds, padding=padding)
        assert not result.findings, self._report(result)
        assert result.recovery is not None, self._report(result)
        self.recoveries.note(f"{self.world.name}: {name}", result.recovery)
        return result

    def _report(self, result: Result) -> str:
        shown = "\n".join(result.findings[:FINDINGS_SHOWN])
        return (
            f"seed {self.seed}: {len(result.findings)} findings; {result.summary}\n"
            f"{shown}\n{self.world.last_words()}"
        )
