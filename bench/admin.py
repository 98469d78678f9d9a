"""What the lists of the admin cost among a million messages.

    make bench-admin
    .venv/bin/python -m bench.admin --databases sqlite --messages 100000 --rounds 10

Asked of the product's own pages in one process, in turns, as an owner of the site: each list as it opens, as
it is searched and filtered, and the pages of a report, of a message and of an account. Half of the messages
are in one room; half are of one author, the others of a thousand. Medians and the highest of all are printed,
with the number of queries.
"""

import argparse
from pathlib import Path
from typing import Any

from . import each_database
from .pages import table
from .send import ask, database_at, environment

ROUNDS = "bench.admin_rounds"
FEWEST = 20_000  # half of them are in one room, where 10,000 are reported, and fill a hundred pages


def main() -> None:
    each_database.run(_parse_options(), _measure, table)


def _parse_options() -> argparse.Namespace:
    parser = each_database.parser("admin", __doc__)
    add = parser.add_argument
    add("--messages", type=int, default=1_000_000, help="in all rooms (1000000)")
    add("--rounds", type=int, default=20, help="of each page (20)")
    options = parser.parse_args()
    if options.messages < FEWEST:
        parser.error(f"--messages: at least {FEWEST}")
    return options


def _measure(database: str, folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    plan = {"messages": options.messages, "rounds": options.rounds}
    with database_at(database, folder, fsync=False) as url:
        return ask(ROUNDS, environment(folder, url), plan)


if __name__ == "__main__":
    main()
