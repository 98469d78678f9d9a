"""What the search index costs those who send: the same messages stored with it and without.

    make bench-indexing
    .venv/bin/python -m bench.indexing --databases sqlite --senders 1 --seconds 2

The two sides take turns on a SQLite file and on a PostgreSQL started for the purpose, both with the product's
settings and a durable commit. What counts is CPU time a message, of this process and of the database's; the
index's share of it is what can be saved by having none: taking the text apart, the entry, the pages of the
commit. TMPDIR chooses the disk.
"""

import argparse
import json
import statistics
import tempfile
from pathlib import Path
from typing import Any

from . import machine
from .send import ROOT, ask, database_at, environment

RESULT = ROOT / "bench" / "results" / "indexing.json"
ROUNDS = "bench.indexing_rounds"


def main() -> None:
    options = _parse_options()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        report: dict[str, Any] = {"machine": machine.facts(Path(folder))}
        print(", ".join(f"{name} {value}" for name, value in report["machine"].items()))
        for database in options.databases:
            report[database] = _measure(database, Path(folder), options)
            print(f"\n{database}\n{_table(report[database]['turns'])}", flush=True)
    options.output.write_text(json.dumps(report, indent=1) + "\n")
    print(f"\nEvery turn is in {options.output}")


def _parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench.indexing",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add(
        "--databases", nargs="+", choices=["sqlite", "postgresql"], default=["sqlite", "postgresql"]
    )
    add("--senders", nargs="+", type=int, default=[1, 10, 100])
    add("--seconds", type=float, default=3.0, help="that a turn lasts (3)")
    add("--rounds", type=int, default=5, help="turns of each side (5)")
    add("--output", type=Path, default=RESULT)
    return parser.parse_args()


def _measure(database: str, folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    plan = {name: getattr(options, name) for name in ("senders", "seconds", "rounds")}
    with database_at(database, folder, fsync=True) as url:
        return ask(ROUNDS, environment(folder, url), plan)


def _table(turns: list[dict[str, Any]]) -> str:
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
