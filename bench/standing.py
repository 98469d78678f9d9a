"""What open connections and stored messages ask of PostgreSQL: its CPU, its log and its disk.

    .venv/bin/python -m bench.standing
    .venv/bin/python -m bench.standing --people 2000 --seconds 1

While nothing happens, each process asks whether its connections may stay (`chat/watch.py`) and what was
written that nobody told it of (`chat/repairs.py`). Both are asked here as a process asks them, and what all
processes of a PostgreSQL of the bench's own have used is divided. Then messages are stored, by one sender and
by many. docs/scaling.md calculates with what is found.
"""

import argparse
import json
import tempfile
from pathlib import Path
from typing import Any

from . import machine
from .send import ROOT, ask, database_at, environment

LATEST = ROOT / "bench" / "results" / "standing.json"
ROUNDS = "bench.standing_rounds"


def main() -> None:
    options = _parse_options()
    plan = {name: value for name, value in vars(options).items() if name != "output"}
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        report: dict[str, Any] = {"machine": machine.facts(Path(folder))}
        print(", ".join(f"{name} {value}" for name, value in report["machine"].items()))
        with database_at("postgresql", Path(folder), fsync=True) as url:
            answer = ask(ROUNDS, environment(Path(folder), url), plan)
        report |= answer
    for part, rows in report.items():
        for row in rows if isinstance(rows, list) else []:
            print(f"{part}: " + ", ".join(f"{name} {value}" for name, value in row.items()))
    options.output.write_text(json.dumps(report, indent=1) + "\n")
    print(f"\nEverything is in {options.output}")


def _parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench.standing",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--people", type=int, default=20_000, help="who are signed in (20000)")
    add("--rooms", type=int, default=2_000, help="that there are (2000)")
    add("--rounds", type=int, default=100, help="of each question (100)")
    add("--senders", nargs="+", type=int, default=[1, 10, 100])
    add("--seconds", type=float, default=4.0, help="that messages are stored (4)")
    add("--output", type=Path, default=LATEST)
    return parser.parse_args()


if __name__ == "__main__":
    main()
