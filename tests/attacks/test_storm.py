"""The storm's short form: who lost the server comes back, and nobody is refused. How fast, `make storm` says."""

from collections.abc import Iterator

import pytest

from tests.attacks.storm import MISSED, End, Storm
from tests.attacks.watched import started

CLIENTS = 60


@pytest.fixture(scope="module")
def storm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Storm]:
    server = started(tmp_path_factory.mktemp("storm"), RATE_LIMITS="true")
    yield Storm(server, CLIENTS)
    server.kill()


@pytest.mark.parametrize("end", ["tear", "kill", "terminate"])
async def test_all_come_back_and_nobody_is_refused(storm: Storm, end: End) -> None:
    report, _ = await storm.run(end, MISSED)
    assert (report["never_back"], report["refused"], report["resets"]) == (0, 0, 0), report
