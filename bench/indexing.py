"""What the search index costs those who send: the same messages stored with it and without.

    make bench-indexing
    .venv/bin/python -m bench.indexing --databases sqlite --senders 1 --seconds 2

The two sides take turns on a SQLite file and on a PostgreSQL started for the purpose, both with the product's
settings and a durable commit. What counts is CPU time a message, of this process and of the database's; the
index's share of it is what can be saved by having none: taking the text apart, the entry, the pages of the
commit. TMPDIR chooses the disk.
"""

import argparse
import statistics
from pathlib import Path
from typing import Any

from . import each_database
from .send import ask, database_at, environment

ROUNDS = "bench.indexing_rounds"


def main() -> None:
    each_database.run(_parse_options(), _measure, _table)


def _parse_options() -> argparse.Namespace:
    parser = each_database.parser("indexing", __doc__)
    add = parser.add_argument
    add("--senders", nargs="+", type=int, default=[1, 10, 100])
    add("--seconds", type=float, default=3.0, help="that a turn lasts (3)")
    add("--rounds", type=int, default=5, help="turns of each side (5)")
    return parser.parse_args()


def _measure(database: str, folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    plan = {name: getattr(options, name) for name in ("senders", "seconds", "rounds")}
    with database_at(database, folder, fsync=True) as url:
        return ask(ROUNDS, environment(folder, url), plan)


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
