"""The soak's short form, and that it finds what it looks for."""

import sys
from concurrent.futures import ThreadPoolExecutor

from tests.attacks import inside, plants
from tests.attacks.conftest import Attacked
from tests.attacks.soak import Soak

SECONDS, SETTLE_SECONDS = 4.0, 15.0
LINGER = "0.5"


async def test_nothing_is_left_of_those_who_have_gone(attacked: Attacked) -> None:
    soak = Soak(attacked(LINGER_SECONDS=LINGER))
    report, faults = await soak.run(SECONDS, SECONDS, settle=SETTLE_SECONDS, seed=1)
    assert not faults, report


async def test_a_task_that_stays_of_every_connection_is_found(attacked: Attacked) -> None:
    soak = Soak(attacked(LINGER_SECONDS=LINGER, PLANTS=plants.keep_tasks.__name__))
    _, faults = await soak.run(SECONDS / 2, SECONDS / 2, settle=2, seed=1)
    assert any(fault.startswith("tasks: ") for fault in faults), faults


def test_counting_takes_no_tuple_from_who_is_filling_it() -> None:
    """A generator does not say how long it is: a tuple of it grows, which fails where two hold it."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(1) as pool:
            filling = pool.submit(_fill_tuples)
            while not filling.done():
                inside.objects_by_type()
    finally:
        sys.setswitchinterval(interval)
    filling.result()


def _fill_tuples() -> None:
    for _ in range(3_000):
        tuple(number for number in range(300))
