"""Two servers on PostgreSQL and Redis: nothing is lost, doubled or out of order, whatever breaks."""

import pytest

from tests.faults import breaking
from tests.faults.breaking import Fault, name_of
from tests.faults.trial import Trial

BACKEND = "postgresql"
FAULTS = [
    breaking.kill_server_a,
    breaking.kill_server_b,
    breaking.rolling_restart,
    breaking.pause_server,
    breaking.kill_redis,
    breaking.pause_redis,
    breaking.drop_subscriptions,
    breaking.hold_publishes,
    breaking.kill_postgres,
    breaking.pause_postgres,
    breaking.power_cut,
    *breaking.NETWORK,
]
DOWN_SECONDS, LONG_DOWN_SECONDS = 4.0, 30.0
RECOVERY_SECONDS = 10.0


@pytest.mark.parametrize("fault", FAULTS, ids=name_of)
async def test_all_is_stored_once_and_seen_by_everybody(trial: Trial, fault: Fault) -> None:
    await trial.of(fault, name_of(fault))


async def test_nothing_is_acknowledged_while_the_database_is_down(trial: Trial) -> None:
    outage = breaking.DatabaseOutage()
    seconds = LONG_DOWN_SECONDS if trial.is_long else DOWN_SECONDS
    result = await trial.of(outage, f"database down {seconds:.0f} s", seconds=seconds)
    told = [
        answer.outcome
        for answer in result.answers
        if outage.began < answer.sent and answer.answered < outage.ended
    ]
    assert set(told) <= {"unavailable"}, f"seed {trial.seed}: {set(told)}"
    if trial.is_long:  # by itself on the machine, and for longer than any time-out
        assert told, f"seed {trial.seed}: nobody was told anything"
        assert result.recovery is not None
        assert result.recovery < RECOVERY_SECONDS, f"seed {trial.seed}: {result.recovery:.1f} s"
