"""One server on SQLite, without services: nothing is lost, doubled or out of order, whatever breaks.

Sixty people talk in ten rooms meanwhile. `make test` does each fault once and quickly, `make faults N=20`
many times. A failure prints its seed: `--seed` and `-k` repeat it.
"""

import pytest

from tests.faults import breaking
from tests.faults.breaking import Fault, name_of
from tests.faults.trial import Trial

BACKEND = "sqlite"
LONG_MESSAGE = 7_900
FAULTS = [
    breaking.kill_server_a,
    breaking.rolling_restart,
    breaking.pause_server,
    *breaking.NETWORK,
]


@pytest.mark.parametrize("fault", FAULTS, ids=name_of)
async def test_all_is_stored_once_and_seen_by_everybody(trial: Trial, fault: Fault) -> None:
    await trial.of(fault, name_of(fault))


async def test_who_missed_more_than_a_sync_may_hold_starts_anew(trial: Trial) -> None:
    fault = breaking.shut_some_out
    result = await trial.of(fault, "a quarter was away for long", padding=LONG_MESSAGE)
    assert result.resets > 0, f"seed {trial.seed}: {result.summary}"
