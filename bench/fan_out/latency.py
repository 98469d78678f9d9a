"""How much later than a bare commit does a message reach the last member?"""

import sqlite3
import time
from dataclasses import asdict
from pathlib import Path

from tests.server import Server

from .bars import Bar
from .bench import SMALL, Bench, Report
from .cores import LOAD_CORE, on_core
from .load import BrokenLoad, Window, loading
from .ours import serving
from .turns import Turn, middle, quantile

RATE = 50
SENDERS = 4
COMMITS = 200
SECONDS_FACTOR = 3  # at so few a second a turn has to last longer
QUIET, BUSY, BUSY_BOTH = "ours", "ours, two busy threads", "ours, two busy threads, both cores"
P50_MS, P99_MS = 6.0, 15.0


def latency(bench: Bench) -> Report:
    """Fifty messages a second to 200 members: from the send to the last member, without the commit."""
    found = []
    for number in range(1, bench.options.rounds + 1):
        for name in (QUIET, BUSY, BUSY_BOTH):
            server = bench.site.server() if name == QUIET else bench.site.busy_server()
            server.env["CPU"] = "none" if name == BUSY_BOTH else "auto"
            turn = _turn(bench, name, number, server)
            bench.tell(turn)
            found.append(turn)
    bars = [
        Bar(f"{share} added, {name}", middle(found, name, share), bound, at_least=False, unit="ms")
        for name in (QUIET, BUSY)
        for share, bound in (("p50", P50_MS), ("p99", P99_MS))
    ]
    return Report(found, bars)


def _turn(bench: Bench, name: str, number: int, server: Server) -> Turn:
    commit = quantile(commit_times(bench.folder), 0.5)
    try:
        with serving(server, pinned=name != BUSY_BOTH), loading(bench.folder) as load:
            wire = bench.site.wire(SMALL, bench.options.size)
            load.open(bench.site.clients(SMALL, server), wire, [server.pid])
            load.pace(senders=SENDERS, rate=RATE, seconds=1)
            seconds = bench.options.seconds * SECONDS_FACTOR
            window = load.pace(senders=SENDERS, rate=RATE, seconds=seconds)
    except BrokenLoad as error:
        return Turn("latency", name, number, str(error))
    void = "" if window.complete else f"{window.behind} members were not told everything"
    return Turn("latency", name, number, void, _figures(window, commit), asdict(window))


def _figures(window: Window, commit: float) -> dict[str, float]:
    """Milliseconds; the median commit is taken off, also from the slowest."""
    added = [microseconds / 1000 - commit for microseconds in window.microseconds]
    shares = {"p50": 0.5, "p90": 0.9, "p99": 0.99, "worst": 1.0}
    return {
        **{name: round(quantile(added, share), 2) for name, share in shares.items()},
        "commit": round(commit, 3),
        **window.shares(servers=1),
    }


def commit_times(folder: Path) -> list[float]:
    """Milliseconds that bare durable commits of one row take on this disk, one after the other."""
    path = folder / "commits.sqlite3"
    times = []
    with on_core(LOAD_CORE):
        database = sqlite3.connect(path, isolation_level=None)
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("PRAGMA synchronous=FULL")
        database.execute("CREATE TABLE IF NOT EXISTS said (id INTEGER PRIMARY KEY, body TEXT)")
        for _ in range(COMMITS):
            began = time.perf_counter()
            database.execute("INSERT INTO said (body) VALUES (?)", ("x" * 100,))
            times.append((time.perf_counter() - began) * 1000)
        database.close()
    return times
