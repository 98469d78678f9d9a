"""What the lists of the admin cost among a million messages.

    make bench-admin
    .venv/bin/python -m bench.admin --databases sqlite --messages 100000 --rounds 10

Asked of the product's own pages in one process, in turns, as an owner of the site: each list as it opens, as
it is searched and filtered, and the pages of a report, of a message and of an account. Half of the messages
are in one room; half are of one author, the others of a thousand. Medians and the highest of all are printed,
with the number of queries.
"""

import argparse
import json
import tempfile
from pathlib import Path
from typing import Any

from . import machine
from .pages import table
from .send import ROOT, ask, database_at, environment

LATEST = ROOT / "bench" / "results" / "admin.json"
ROUNDS = "bench.admin_rounds"


def main() -> None:
    options = _parse_options()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        report: dict[str, Any] = {"machine": machine.facts(Path(folder))}
        print(", ".join(f"{name} {value}" for name, value in report["machine"].items()))
        for database in options.databases:
            report[database] = _measure(database, Path(folder), options)
            print(f"\n{database}\n{table(report[database])}", flush=True)
    options.output.write_text(json.dumps(report, indent=1) + "\n")
    print(f"\nEverything is in {options.output}")


def _parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench.admin",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add(
        "--databases", nargs="+", choices=["sqlite", "postgresql"], default=["sqlite", "postgresql"]
    )
    add("--messages", type=int, default=1_000_000, help="in all rooms (1000000)")
    add("--rounds", type=int, default=20, help="of each page (20)")
    add("--output", type=Path, default=LATEST)
    return parser.parse_args()


def _measure(database: str, folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    plan = {"messages": options.messages, "rounds": options.rounds}
    with database_at(database, folder, fsync=False) as url:
        return ask(ROUNDS, environment(folder, url), plan)


if __name__ == "__main__":
    main()
