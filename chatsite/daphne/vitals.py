"""What the server counts of itself; `chatsite/monitoring/` reads it."""

from collections import Counter

from chat.tallies import SECONDS, Histogram

from .turns import Turns
from .visits import Visits


class Vitals:
    """Owner: the server, on its event loop."""

    def __init__(self, visits: Visits, turns: Turns) -> None:
        self._visits = visits
        self._turns = turns
        self.lag = Histogram(SECONDS)  # by how much the event loop was late
        self.answers: Counter[int] = Counter()  # by status
        self.slow_readers = 0  # sockets that were cut off
        self.spared = 0  # passing frames that a socket with a backlog was spared

    @property
    def connections(self) -> int:
        return len(self._visits.all)

    @property
    def waited_for(self) -> dict[str, int]:
        """Connections by their phase, of the phases that have a time limit."""
        return self._visits.waited_for()

    @property
    def waiting(self) -> int:
        """Requests whose turn has not come."""
        return self._turns.waiting
