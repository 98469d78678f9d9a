"""A server under attack: seen from outside, through its window, and in its log."""

import os
import re
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.attacks import inside
from tests.attacks.usage import Usage, usage_of
from tests.server import MANAGE, Server

SERVER_CORE = 0
LONGEST_LINE, MOST_LINES = 300, 30
ENTRY = re.compile(r"^(?=\d{4}-\d\d-\d\d \d\d:)", re.MULTILINE)
COMPLAINT = re.compile(r"Traceback|\w+Warning: ")


class WatchedServer(Server):
    """`serve` behind a window; alone on the first core where it is measured."""

    def __init__(self, var_dir: Path, *, pinned: bool = False, **env: str) -> None:
        root = str(Path(MANAGE).parent)
        # What threads leave unused in heaps of their own looks like a leak, or hides one.
        one_heap = {} if pinned else {"MALLOC_ARENA_MAX": "1"}
        super().__init__(var_dir, **{"PYTHONPATH": root} | one_heap | env)
        self.window = var_dir / f"window-{self.port}"
        serve = self.command[2:]
        self.command = [sys.executable, "-m", "tests.attacks.inside", str(self.window), *serve]
        if pinned and (os.cpu_count() or 1) > 1:
            self.command = ["taskset", "-c", str(SERVER_CORE), *self.command]
        self._read_to = 0

    def start(self) -> None:
        self.window.unlink(missing_ok=True)
        super().start()

    def look(self, *, objects: bool = False) -> dict[str, Any]:
        return inside.look(self.window, objects=objects)

    def settled_usage(self) -> Usage:
        """After garbage was collected and free memory given back, and without SQLite's page caches."""
        caches = self.look()["sqlite_bytes"]
        usage = usage_of(self.pid)
        return replace(usage, rss=usage.rss - caches)

    def new_complaints(self) -> list[str]:
        """Each traceback or warning that was logged since the last call, its last line first."""
        with self.log.open("rb") as log:
            log.seek(self._read_to)
            logged = log.read()
        self._read_to += len(logged)
        return complaints_in(logged.decode(errors="replace"))


def leave_the_servers_core() -> None:
    """What measures and what attacks stays off it, and so do the processes that they start."""
    cores = os.sched_getaffinity(0)
    if len(cores) > 1:
        os.sched_setaffinity(0, cores - {SERVER_CORE})


def started(
    folder: Path, *, pinned: bool = False, env: Mapping[str, str] | None = None
) -> WatchedServer:
    """One with a new database in `folder`, unless `env` names another."""
    server = WatchedServer(folder, pinned=pinned, **(env or {}))
    server.prepare()
    server.start()
    return server


def complaints_in(logged: str) -> list[str]:
    """By entry of the log; what goes on in further lines belongs to the entry."""
    return [_titled(entry) for entry in ENTRY.split(logged) if COMPLAINT.search(entry)]


def _titled(entry: str) -> str:
    """What was raised and where, then the entry."""
    lines = [line[:LONGEST_LINE] for line in entry.rstrip().splitlines()]
    places = re.findall(r", in (\w+)$", entry, re.MULTILINE)
    title = lines[-1].partition(":")[0] + (f" in {places[-1]}" if places else "")
    return "\n".join(
        [title, *(lines if len(lines) < MOST_LINES else [*lines[:3], "…", *lines[-MOST_LINES:]])]
    )
