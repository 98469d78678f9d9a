"""Who may come in, and how long each is waited for: the book-keeping, by a clock of the test's."""

from dataclasses import dataclass, field, replace
from unittest.mock import patch

import pytest

from chatsite.daphne.limits import Limits
from chatsite.daphne.visits import Phase, Visit, Visits

LIMITS = Limits(
    request_bytes=1,
    header_seconds=10,
    body_seconds=20,
    keep_alive_seconds=75,
    handshake_seconds=20,
    unfinished=4,
    unfinished_per_address=2,
    connections_per_address=3,
    connections_per_user=20,
    backlog_bytes=1,
)


@dataclass
class Clock:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


@dataclass(eq=False)
class Guest:
    """Notes what it is told."""

    told: list[object] = field(default_factory=list)

    def expire(self, phase: Phase) -> None:
        self.told.append(phase)

    def is_busy(self) -> bool:
        return False

    def leave(self) -> None:
        self.told.append("leave")

    def abort(self) -> None:
        self.told.append("abort")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def visits(clock: Clock) -> Visits:
    return Visits(LIMITS, 100, clock)


def come(visits: Visits, counted: str | None = None) -> Visit:
    visit = visits.begin(Guest(), counted, counted)
    assert visit
    return visit


def told(visit: Visit) -> list[object]:
    assert isinstance(visit.guest, Guest)
    return visit.guest.told


def test_each_phase_has_its_time(visits: Visits, clock: Clock) -> None:
    in_header, in_body, idle = come(visits), come(visits), come(visits)
    visits.move(in_body, Phase.BODY)
    visits.move(idle, Phase.IDLE)
    for clock.now in (9.9, 10.0):
        visits.sweep()
    assert (told(in_header), told(in_body), told(idle)) == ([Phase.HEADER], [], [])
    for clock.now in (20.0, 75.0):
        visits.move(in_header, Phase.ANSWER)
        visits.sweep()
    assert (told(in_body)[0], told(idle)) == (Phase.BODY, [Phase.IDLE])


@pytest.mark.parametrize("phase", [Phase.ANSWER, Phase.SOCKET])
def test_some_are_waited_for_as_long_as_it_takes(
    visits: Visits, clock: Clock, phase: Phase
) -> None:
    visit = come(visits)
    visits.move(visit, phase)
    clock.now = 1e6
    visits.sweep()
    assert told(visit) == []


def test_one_that_cannot_be_told_keeps_nobody_behind_it(visits: Visits, clock: Clock) -> None:
    broken, behind = come(visits), come(visits)
    clock.now = 10.0
    with patch.object(broken.guest, "expire", side_effect=ValueError):
        visits.sweep()
    assert (told(broken), told(behind), visits.all) == (["abort"], [Phase.HEADER], {behind})


def test_moving_into_the_same_phase_gives_time_anew(visits: Visits, clock: Clock) -> None:
    visit = come(visits)
    visits.move(visit, Phase.BODY)
    clock.now = 15.0
    visits.move(visit, Phase.BODY)
    clock.now = 30.0
    visits.sweep()
    assert told(visit) == []


def test_the_oldest_unfinished_gives_way(visits: Visits) -> None:
    crowd = [come(visits) for _ in range(5)]
    assert [told(visit) for visit in crowd] == [["abort"], [], [], [], []]
    assert crowd[0] not in visits.all


def test_a_crowd_in_one_phase_does_not_push_out_the_other(visits: Visits) -> None:
    bodies = [come(visits) for _ in range(4)]
    for visit in bodies:
        visits.move(visit, Phase.BODY)
    newcomer = come(visits)
    assert (told(bodies[0]), told(newcomer)) == (["abort"], [])


def test_unfinished_connections_of_one_address_are_bounded(visits: Visits) -> None:
    first = come(visits, "203.0.113.7")
    come(visits, "203.0.113.7")
    assert visits.begin(Guest(), "203.0.113.7", "203.0.113.7") is None
    visits.move(first, Phase.ANSWER)
    assert visits.begin(Guest(), "203.0.113.7", "203.0.113.7")


def test_connections_of_one_address_are_bounded(visits: Visits) -> None:
    crowd = []
    for _ in range(3):
        crowd.append(come(visits, "203.0.113.7"))
        visits.move(crowd[-1], Phase.SOCKET)
    assert visits.begin(Guest(), "203.0.113.7", "203.0.113.7") is None
    assert visits.begin(Guest(), "203.0.113.8", "203.0.113.8")
    visits.end(crowd[0])
    assert visits.begin(Guest(), "203.0.113.7", "203.0.113.7")


def test_who_is_counted_for_nobody_is_bounded_in_all(clock: Clock) -> None:
    visits = Visits(replace(LIMITS, unfinished=1_000), 3, clock)
    for _ in range(3):
        come(visits)
    assert visits.begin(Guest(), None, None) is None


def test_a_connection_that_ends_twice_is_counted_once(visits: Visits) -> None:
    visit = come(visits, "203.0.113.7")
    for _ in range(2):
        visits.end(visit)
        visits.move(visit, Phase.IDLE)
    for _ in range(2):
        come(visits, "203.0.113.7")
    assert len(visits.all) == 2


def test_a_crowd_is_one_line_a_minute(
    visits: Visits, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    for clock.now in (0.0, 1.0, 59.0, 61.0):
        for _ in range(100):
            visits.begin(Guest(), "203.0.113.7", "203.0.113.7")
    assert len(caplog.records) == 2
