"""What the process asks of the machine and of Python: a core, descriptors, quick turns, few pauses."""

import gc
import os
import resource
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

GC_THRESHOLDS = (10_000, 20, 50)
SWITCH_SECONDS = 0.0005
SPARE_FDS = 200  # databases, files, and what libraries open, beside the connections


class NoSuchCore(Exception):
    """Says which there are."""


@contextmanager
def one_core(cpu: str) -> Iterator[None]:
    """Keeps the process on one core: `auto` takes one that no other of ours has, `none` leaves it be.

    Where a second core is at hand the kernel runs the thread that waits for the GIL there, and each of the
    hundreds of `send`s of a flush gives the GIL away: two cores then do less than one.
    """
    if cpu == "none" or not hasattr(os, "sched_setaffinity"):
        yield
        return
    allowed = sorted(os.sched_getaffinity(0))
    with socket.socket(socket.AF_UNIX) as claim:
        core = _claim_one(claim, allowed) if cpu == "auto" else int(cpu)
        if core not in allowed:
            raise NoSuchCore(
                f"CPU: there is no core {core} here, only {', '.join(map(str, allowed))}."
            )
        os.sched_setaffinity(0, {core})  # of this thread, and of all that it will start
        yield


def _claim_one(claim: socket.socket, cores: list[int]) -> int:
    """A core that no server on this machine has chosen; by process id where all are taken.

    A name in the kernel's abstract namespace is a claim that ends with the process and leaves no file.
    """
    first = os.getpid() % len(cores)
    for core in cores[first:] + cores[:first]:
        with suppress(OSError):
            claim.bind(f"\0chatsite-core-{core}")
            return core
    return cores[first]


def raise_descriptor_limit() -> int:
    """As many descriptors as the system lets us have; how many connections that makes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = hard if hard != resource.RLIM_INFINITY else max(soft, 1_048_576)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    except (ValueError, OSError):  # macOS names a hard limit that it does not grant
        wanted = soft
    return max(wanted - SPARE_FDS, wanted // 2)


def take_quick_turns() -> None:
    """A message changes threads four times, and each time waits for whoever has the interpreter.

    Beside two threads that never rest, Python's own interval made that 50 ms in all; with ours it is 8.
    """
    sys.setswitchinterval(SWITCH_SECONDS)


def calm_garbage_collection() -> None:
    """After the start: what is there by now stays, and need not be looked through again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GC_THRESHOLDS)
