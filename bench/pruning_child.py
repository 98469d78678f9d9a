"""Prunes a room for `bench.pruning` as the command does, until its standard input ends, and says for how long
each batch held the room's lock, on SQLite the whole database's, and for how long it computed meanwhile."""

import json
import statistics
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from chat.actions import retention
from chat.actions.changing import RoomChange, changing

held: list[float] = []
computed: list[float] = []


def main() -> None:
    over = threading.Event()
    threading.Thread(target=_wait_for_end, args=(over,), daemon=True).start()
    print("ready", flush=True)
    removed = 0
    with patch.object(retention, "changing", _clocked):
        for number in retention.prune(int(sys.argv[1])):
            removed += number
            if over.is_set():
                break
    json.dump(
        {
            "removed": removed,
            "batches": len(held),
            "held_p50_ms": round(statistics.median(held), 1),
            "held_longest_ms": round(max(held), 1),
            "computed_p50_ms": round(statistics.median(computed), 1),
            "computed_longest_ms": round(max(computed), 1),
        },
        sys.stdout,
    )


@contextmanager
def _clocked(room_id: int) -> Iterator[RoomChange]:
    """From having the lock until all is committed."""
    with changing(room_id) as change:
        began, worked = time.perf_counter(), time.thread_time()
        yield change
    held.append((time.perf_counter() - began) * 1000)
    computed.append((time.thread_time() - worked) * 1000)


def _wait_for_end(over: threading.Event) -> None:
    sys.stdin.read()
    over.set()
