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
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
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
        sides = {True: site.server(), False: _unindexed(site)}
        stack.enter_context(serving(*sides.values()))
        costs = Costs([server.pid for server in sides.values()], url)
        turns = [
            {"senders": senders, "indexed": indexed}
            | _turn(site, sides[indexed], costs, senders, options.seconds)
            for _ in range(options.rounds)
            for senders in options.senders
            for indexed in sides
        ]
    return {"turns": turns}


def _make_site(folder: Path, env: dict[str, str]) -> Site:
    rooms = [(first, first + PEOPLE) for first in range(0, ROOMS * PEOPLE, PEOPLE)]
    return Site(folder, Plan(people=ROOMS * PEOPLE, rooms=rooms), **env)


def _unindexed(site: Site) -> Server:
    server = site.server()
    serve = server.command.index("serve")
    server.command = [sys.executable, "-c", WITHOUT, *server.command[serve:]]
    return server


class Costs:
    """CPU seconds of both servers, and of a database that is not a file, but for what comes and goes."""

    def __init__(self, pids: Sequence[int], url: str) -> None:
        self._pids = pids
        self._url = url

    @contextmanager
    def counted(self) -> Iterator[list[float]]:
        """What was used inside, once it is over. Whatever is to be merged is merged, or who comes next would
        pay for it."""
        spent: list[float] = []
        if not self._url:
            before = self._seconds(self._pids)
            yield spent
            after = self._seconds(self._pids)
        else:
            with psycopg.connect(self._url, autocommit=True) as postgres:
                postgres.execute(MERGE)
                before = self._seconds([*self._pids, *_servers(postgres)])
                yield spent
                postgres.execute(MERGE)
                after = self._seconds([*self._pids, *_servers(postgres)])
        spent.append(sum(seconds - before.get(pid, 0.0) for pid, seconds in after.items()))

    def _seconds(self, pids: Sequence[int]) -> dict[int, float]:
        return {pid: cpu_seconds(pid) for pid in pids}


def _servers(postgres: "psycopg.Connection[Any]") -> list[int]:
    return [pid for (pid,) in postgres.execute(SERVERS)]


def _turn(
    site: Site, server: Server, costs: Costs, senders: int, seconds: float
) -> dict[str, float]:
    with ExitStack() as stack:
        loads = [stack.enter_context(_room(site, server, number)) for number in range(ROOMS)]
        _send(loads, senders, WARM_UP_SECONDS)
        with costs.counted() as spent:
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
