"""Which core does what: the server alone on one, everything that loads it on the other."""

import os
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager

SERVER_CORE = 0
LOAD_CORE = 1
OPEN_FILES = 20_000


def allow_many_files() -> None:
    """Raises this process's limit of open files, which its children inherit."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


@contextmanager
def on_core(core: int) -> Iterator[None]:
    """Processes started within stay on that core; needs Linux and two cores."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def cpu_seconds(pid: int) -> float:
    """What a process has used on all its threads, those that ended included (clock_getcpuclockid(3))."""
    return time.clock_gettime(~pid << 3 | 2)
