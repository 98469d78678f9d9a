"""How long a text takes beside one that people write: what is slow is so on any machine."""

import time
from collections.abc import Callable

from chat import richtext

FULL = 8_000
SAID = (
    "Could you read the draft **once more** today, and tell me what `it` says of us? _Thank you!_\n"
)
ORDINARY = (SAID * FULL)[:FULL]
MOST = 5  # times as long; what grows with the square of the length takes a hundred times as long


def is_quick(work: Callable[[], object]) -> bool:
    """Whether it takes about as long as it takes to parse as much of what people write."""
    return _seconds(work) < MOST * _seconds(lambda: richtext.parse(ORDINARY))


def _seconds(work: Callable[[], object]) -> float:
    return min(_once(work) for _ in range(3))


def _once(work: Callable[[], object]) -> float:
    began = time.thread_time()
    work()
    return time.thread_time() - began
