"""What a process uses, seen from outside: memory, threads, open files."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

POLL_SECONDS = 1.0
KIBIBYTE = 1024


@dataclass(frozen=True, slots=True)
class Usage:
    rss: int
    threads: int
    files: int

    def as_json(self) -> dict[str, int]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Allowance:
    """How much more than at the start is as good as nothing: caches fill, thread pools start late."""

    rss: int
    threads: int
    files: int

    def excess(self, base: Usage, now: Usage) -> list[str]:
        """What is more than allowed, in words."""
        return [
            f"{name} grew from {getattr(base, name):,} to {getattr(now, name):,}"
            for name in ("rss", "threads", "files")
            if getattr(now, name) - getattr(base, name) > getattr(self, name)
        ]


def usage_of(pid: int) -> Usage:
    status = Path(f"/proc/{pid}/status").read_text().splitlines()
    fields = {name: value.split() for name, _, value in (line.partition(":") for line in status)}
    return Usage(
        rss=int(fields["VmRSS"][0]) * KIBIBYTE,
        threads=int(fields["Threads"][0]),
        files=len(list(Path(f"/proc/{pid}/fd").iterdir())),
    )


async def until_back(
    measure: Callable[[], Usage], base: Usage, allowed: Allowance, *, within: float
) -> list[str]:
    """Waits until no more is used than at the start; what still is at the end of the wait."""
    deadline = time.monotonic() + within
    while excess := allowed.excess(base, await asyncio.to_thread(measure)):
        if time.monotonic() > deadline:
            break
        await asyncio.sleep(POLL_SECONDS)
    return excess
