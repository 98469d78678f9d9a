"""What the search index costs those who send: the same messages, sent to a server with it and to one without.

    make bench-indexing
    .venv/bin/python -m bench.indexing --databases sqlite --senders 1 --seconds 2

Ten rooms of ten people who are all there. Each sender sends the next message when they have been told their
last, and each message is received, checked, stored, acknowledged and told to ten. The two servers take turns
on one database, a SQLite file or a PostgreSQL started for the purpose, with the product's settings and a
durable commit. What counts is CPU time a message, of the servers and of the database; the index's share of it
is what can be saved by having none: taking the text apart, the entry, the pages of the commit, the merging.
TMPDIR chooses the disk.
"""

import argparse
import statistics
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import Any

import psycopg

from tests.server import Server

from . import each_database
from .fan_out.cores import allow_many_files, cpu_seconds
from .fan_out.load import Load, loading
from .fan_out.ours import Site, serving
from .fan_out.plan import Plan
from .fan_out.services import own_postgres

ROOMS, PEOPLE = 10, 10  # in each
SIZE = 100  # characters of a message
WARM_UP_SECONDS = 1.0
WITHOUT = "from bench.unindexed import main; main()"

SERVERS = "SELECT pid FROM pg_stat_activity WHERE backend_type <> 'autovacuum worker'"
MERGE = "SELECT gin_clean_pending_list('searchentry_tokens')"

Counted = Callable[[], AbstractContextManager[list[float]]]


def main() -> None:
    allow_many_files()
    each_database.run(_parse_options(), _measure, _table)


def _parse_options() -> argparse.Namespace:
    parser = each_database.parser("indexing", __doc__)
    add = parser.add_argument
    add("--senders", nargs="+", type=int, default=[1, 10, 100])
    add("--seconds", type=float, default=3.0, help="that a turn lasts (3)")
    add("--rounds", type=int, default=9, help="turns of each side (9)")
    return parser.parse_args()


def _measure(database: str, folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    with ExitStack() as stack:
        url = stack.enter_context(own_postgres()) if database == "postgresql" else ""
        site = _make_site(folder / database, {"DATABASE_URL": url} if url else {})
        sides = {True: site.server(), False: site.changed_server(WITHOUT)}
        stack.enter_context(serving(*sides.values()))
        pids = [server.pid for server in sides.values()]
        turns = [
            {"senders": senders, "indexed": indexed}
            | _turn(site, sides[indexed], partial(_counted, pids, url), senders, options.seconds)
            for _ in range(options.rounds)
            for senders in options.senders
            for indexed in sides
        ]
    return {"turns": turns}


def _make_site(folder: Path, env: dict[str, str]) -> Site:
    rooms = [(first, first + PEOPLE) for first in range(0, ROOMS * PEOPLE, PEOPLE)]
    return Site(folder, Plan(people=ROOMS * PEOPLE, rooms=rooms), **env)


@contextmanager
def _counted(pids: Sequence[int], url: str) -> Iterator[list[float]]:
    """CPU seconds used inside, once it is over: of both servers, and of a database that is not a file,
    but for what comes and goes."""
    spent: list[float] = []
    with psycopg.connect(url, autocommit=True) if url else nullcontext() as postgres:
        before = _cpu_seconds(pids, postgres)
        yield spent
        after = _cpu_seconds(pids, postgres)
    spent.append(sum(seconds - before.get(pid, 0.0) for pid, seconds in after.items()))


def _cpu_seconds(
    pids: Sequence[int], postgres: "psycopg.Connection[Any] | None"
) -> dict[int, float]:
    """Whatever is to be merged is merged, or who comes next would pay for it."""
    if postgres is not None:
        postgres.execute(MERGE)
        pids = [*pids, *(pid for (pid,) in postgres.execute(SERVERS))]
    return {pid: cpu_seconds(pid) for pid in pids}


def _turn(
    site: Site, server: Server, counted: Counted, senders: int, seconds: float
) -> dict[str, float]:
    with ExitStack() as stack:
        loads = [stack.enter_context(_room(site, server, number)) for number in range(ROOMS)]
        _send(loads, senders, WARM_UP_SECONDS)
        with counted() as spent:
            sent = _send(loads, senders, seconds)
    return {"cpu_us": round(spent[0] / sent * 1e6, 1), "rate": round(sent / seconds, 1)}


@contextmanager
def _room(site: Site, server: Server, number: int) -> Iterator[Load]:
    """The people of a room, connected to a server."""
    folder = site.folder / f"room-{number}"
    folder.mkdir(exist_ok=True)
    with loading(folder) as load:
        load.open(site.clients(number, server), site.wire(number, SIZE), [server.pid])
        yield load


def _send(loads: Sequence[Load], senders: int, seconds: float) -> int:
    """How many messages that came to."""
    with ThreadPoolExecutor(len(loads)) as together:
        windows = together.map(
            lambda numbered: numbered[1].lockstep(
                senders=(senders + ROOMS - 1 - numbered[0]) // ROOMS, warmup=0, seconds=seconds
            ),
            enumerate(loads),
        )
        return sum(window.all_sent for window in windows)


def _table(report: dict[str, Any]) -> str:
    turns = report["turns"]
    lines = [f"{'senders':>8}{'with, µs':>10}{'without':>9}{'share':>7}"]
    for senders in dict.fromkeys(turn["senders"] for turn in turns):
        with_it, without = (
            statistics.median(
                turn["cpu_us"]
                for turn in turns
                if (turn["senders"], turn["indexed"]) == (senders, side)
            )
            for side in (True, False)
        )
        lines.append(f"{senders:8}{with_it:10.0f}{without:9.0f}{1 - without / with_it:7.0%}")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
