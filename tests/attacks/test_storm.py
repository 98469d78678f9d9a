"""The storm's short form: who lost the server comes back, and nobody is refused."""

from tests.attacks.conftest import Attacked
from tests.attacks.storm import MISSED, Storm

CLIENTS = 40


async def test_all_come_back_and_nobody_is_refused(attacked: Attacked) -> None:
    storm = Storm(attacked(RATE_LIMITS="true"), CLIENTS)
    report, _ = await storm.run("kill", MISSED, measured_seconds=1.0)
    assert (report["never_back"], report["refused"], report["resets"]) == (0, 0, 0), report
