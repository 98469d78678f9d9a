"""What reading and being mentioned cost: a room of a hundred thousand, and somebody in 500 rooms.

    make bench-reads
    .venv/bin/python -m bench.reads --databases sqlite --members 1000

Asked of the product's own writer, reads and pointers, in one process, in turns. Medians and the highest of
all are printed.
"""

import argparse
import tempfile
from pathlib import Path

from . import machine
from .send import ask, database_at, environment

ROUNDS = "bench.read_rounds"


def main() -> None:
    options = _parse_options()
    plan = {"members": options.members, "rooms": options.rooms, "rounds": options.rounds}
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        facts = machine.facts(Path(folder))
        print(", ".join(f"{name} {value}" for name, value in facts.items()))
        for database in options.databases:
            with database_at(database, Path(folder), fsync=True) as url:
                answer = ask(ROUNDS, environment(Path(folder), url), plan)
            print(f"\n{database}\n{_table(answer)}", flush=True)


def _parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench.reads",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    databases = ["sqlite", "postgresql"]
    add("--databases", nargs="+", choices=databases, default=databases)
    add("--members", type=int, default=100_000, help="of the large room (100,000)")
    add("--rooms", type=int, default=500, help="of the one who is welcomed (500)")
    add("--rounds", type=int, default=40, help="of each kind (40)")
    return parser.parse_args()


def _table(report: dict[str, list[float]]) -> str:
    lines = [f"{'what':44}{'median, ms':>12}{'highest, ms':>13}"]
    for name, (median, highest) in report.items():
        lines.append(f"{name:44}{median:12.1f}{highest:13.1f}")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
