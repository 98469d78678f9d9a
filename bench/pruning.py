"""What `prune_messages` costs those who send meanwhile, in the very room that is pruned.

    make bench-pruning
    .venv/bin/python -m bench.pruning --databases sqlite --messages 20000 --seconds 5 --rounds 1

Five people send a message every 20 ms each, by the product's own writer, as in a process that serves. Turn by
turn they do so alone and while another process prunes the room. How long until the acknowledgement is printed
for both, and for how long each batch held its lock. TMPDIR chooses the disk;
what computing took of it does not hang on that.
"""

import argparse
from pathlib import Path
from typing import Any

from . import each_database
from .send import ask, database_at, environment

ROUNDS = "bench.pruning_rounds"


def main() -> None:
    each_database.run(_parse_options(), _measure, _table)


def _parse_options() -> argparse.Namespace:
    parser = each_database.parser("pruning", __doc__)
    add = parser.add_argument
    add("--messages", type=int, default=100_000, help="that are old (100000)")
    add("--members", type=int, default=1_000, help="of the room (1000)")
    add("--seconds", type=float, default=10.0, help="that a turn lasts (10)")
    add("--rounds", type=int, default=3, help="turns of each kind (3)")
    return parser.parse_args()


def _measure(database: str, folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    names = ("messages", "members", "seconds", "rounds")
    plan = {name: getattr(options, name) for name in names}
    with database_at(database, folder, fsync=True) as url:
        return ask(ROUNDS, environment(folder, url), plan)


def _table(report: dict[str, Any]) -> str:
    lines = [
        f"{'load ' + str(report['load']):20}{'sent':>8}{'p50, ms':>10}{'p99':>8}{'longest':>9}"
    ]
    for turn in report["turns"]:
        lines.append(
            f"{turn['kind']:20}{turn['sent']:8}{turn['p50_ms']:10.1f}{turn['p99_ms']:8.1f}"
            f"{turn['longest_ms']:9.1f}"
        )
        if batches := turn.get("batches"):
            lines.append(
                f"  {turn['removed']:,} removed in {batches} batches; the lock was held"
                f" {turn['held_p50_ms']} ms, {turn['held_longest_ms']} at most;"
                f" computing took {turn['computed_p50_ms']}, {turn['computed_longest_ms']} at most"
            )
    return "\n".join(lines)


if __name__ == "__main__":
    main()
