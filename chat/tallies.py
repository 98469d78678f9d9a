"""What a process counts of its work: plain numbers, which cost an addition where they grow.

They tell nobody. Whoever wants to know reads them, from any thread (`chatsite/monitoring/`). Each has one
owner and grows on one thread, so nothing is locked; a reader may see a sum a moment ahead of its count.
"""

from bisect import bisect_left
from dataclasses import dataclass, field

SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256)
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Histogram:
    """How many values were at most as large as each of some bounds, and how many were larger."""

    __slots__ = ("bounds", "counts", "sum")

    def __init__(self, bounds: tuple[float, ...]) -> None:
        self.bounds = bounds
        self.counts = [0] * (len(bounds) + 1)
        self.sum = 0.0

    def add(self, value: float) -> None:
        self.counts[bisect_left(self.bounds, value)] += 1
        self.sum += value


def _sizes() -> Histogram:
    return Histogram(SIZES)


def _seconds() -> Histogram:
    return Histogram(SECONDS)


@dataclass(slots=True)
class Traffic:
    """What the feeds told. Owner: the hub, on its event loop."""

    flushes: Histogram = field(default_factory=_sizes)  # events in each
    deliveries: int = 0  # an event, told to one socket

    def note_flush(self, events: int, sockets: int) -> None:
        """Once a flush, however many sockets it is written to."""
        self.flushes.add(events)
        self.deliveries += events * sockets


@dataclass(frozen=True, slots=True)
class HubFigures:
    """How it is with a hub at the moment, and what it did since its start."""

    sockets: int = 0
    people: int = 0  # whose sockets they are
    rooms: int = 0
    unpublished: int = 0  # what still waits for the channel layer
    is_layer_well: bool = True
    lost_publishes: int = 0
    repairs: int = 0
    starts_over: int = 0


@dataclass(slots=True)
class Sends:
    """What became of the messages that were sent. Owner: the writer, on its thread."""

    stored: int = 0
    repeated: int = 0  # stored before, and answered as then
    refused: int = 0
    failed: int = 0  # the database's fault
    # By a full queue, or while the database hangs; counted under the writer's guard.
    turned_away: int = 0
    batches: Histogram = field(default_factory=_sizes)
    batch_seconds: Histogram = field(default_factory=_seconds)
    seconds: Histogram = field(default_factory=_seconds)  # from being queued to its answer
