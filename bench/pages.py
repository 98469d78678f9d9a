"""What a page and a welcome cost: in a room of a million messages, and for somebody in 500 rooms.

    make bench-pages
    .venv/bin/python -m bench.pages --databases sqlite --messages 100000 --rounds 20

Asked of the product's own views and reads, in one process, in turns: the page of a room of a thousand
messages, that of a room of a million, a page from the middle of each, the welcome of somebody in 500 rooms.
Medians and the highest of all are printed, with the number of queries.
"""

import argparse
from pathlib import Path
from typing import Any

from . import each_database
from .send import ask, database_at, environment

ROUNDS = "bench.page_rounds"


def main() -> None:
    each_database.run(_parse_options(), _measure, table)


def _parse_options() -> argparse.Namespace:
    parser = each_database.parser("pages", __doc__)
    add = parser.add_argument
    add("--messages", type=int, default=1_000_000, help="in the large room (1000000)")
    add("--rooms", type=int, default=500, help="that the welcomed person is in (500)")
    add("--rounds", type=int, default=50, help="of each (50)")
    return parser.parse_args()


def _measure(database: str, folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    plan = {"messages": options.messages, "rooms": options.rooms, "rounds": options.rounds}
    with database_at(database, folder, fsync=False) as url:
        return ask(ROUNDS, environment(folder, url), plan)


def table(report: dict[str, Any]) -> str:
    head = f"{'what':44}{'lowest, ms':>12}{'median, ms':>12}{'highest, ms':>13}{'CPU, ms':>9}"
    lines = [f"{head}{'queries':>9}{'KB':>8}"]
    for name, row in report.items():
        lines.append(
            f"{name:44}{row['lowest_ms']:12.1f}{row['median_ms']:12.1f}{row['highest_ms']:13.1f}"
            f"{row['cpu_ms']:9.1f}{row['queries']:9}{row['bytes'] / 1000:8.1f}"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    main()
