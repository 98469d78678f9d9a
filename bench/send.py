"""How many messages a second does one process acknowledge: group commit against a transaction for each.

    make bench-send
    .venv/bin/python -m bench.send --databases sqlite --senders 1 100 --seconds 2 --rounds 5

The two sides take turns (naive, ours, naive, ours ...) on a SQLite file and on a PostgreSQL started for the
purpose, both with the product's settings and a durable commit. Medians and the ratios of neighbouring turns
are printed, every single turn is written to bench/results/latest.json. TMPDIR chooses the disk: in memory a
commit would cost nothing.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.services import Postgres

from . import machine, tables

ROOT = Path(__file__).resolve().parent.parent
LATEST = ROOT / "bench" / "results" / "latest.json"
# The fastest of 1, 2, 4, 8 and 15 (the product's pool has 16 connections) with 100 senders on two cores.
NAIVE_THREADS = {"sqlite": 2, "postgresql": 8}
ROUNDS = "bench.send_rounds"


class PostgresWithoutFsync(Postgres):
    def _command(self) -> list[str]:
        return [*super()._command(), "-c", "fsync=off"]


def main() -> None:
    options = _parse_options()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        report: dict[str, Any] = {"machine": machine.facts(Path(folder))}
        print(", ".join(f"{name} {value}" for name, value in report["machine"].items()))
        for database in options.databases:
            report[database] = _measure(database, Path(folder), options)
            print(tables.describe(database, report[database]), flush=True)
    options.output.parent.mkdir(parents=True, exist_ok=True)
    options.output.write_text(json.dumps(report, indent=1) + "\n")
    print(f"\nEvery turn is in {options.output}")


def _parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench.send",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--databases", nargs="+", choices=list(NAIVE_THREADS), default=list(NAIVE_THREADS))
    add("--senders", nargs="+", type=int, default=[1, 10, 100])
    add("--seconds", type=float, default=4.0, help="that a turn lasts (4)")
    add("--rounds", type=int, default=3, help="turns of each side (3)")
    add("--threads", type=int, help="of the naive side (the best found, by database)")
    add("--no-fsync", action="store_true", help="as on a disk that takes no time")
    add("--output", type=Path, default=LATEST, help="file for every single turn")
    return parser.parse_args()


def _measure(database: str, folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    plan = {
        "senders": options.senders,
        "seconds": options.seconds,
        "rounds": options.rounds,
        "threads": options.threads or NAIVE_THREADS[database],
        "fsync": not options.no_fsync,
    }
    with database_at(database, folder, fsync=not options.no_fsync) as url:
        report = ask(ROUNDS, environment(folder, url), plan)
    return {"seconds": options.seconds, "naive_threads": plan["threads"]} | report


def ask(module: str, env: dict[str, str], plan: dict[str, Any]) -> dict[str, Any]:
    """What `main` of a module prints, in a process of its own with the product's settings."""
    entry = f"import django; django.setup(); from {module} import main; main()"
    child = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", entry],
        cwd=ROOT,
        env=env,
        input=json.dumps(plan).encode(),
        stdout=subprocess.PIPE,
        check=True,
    )
    answer: dict[str, Any] = json.loads(child.stdout)
    return answer


@contextmanager
def database_at(name: str, folder: Path, *, fsync: bool) -> Iterator[str]:
    if name == "sqlite":
        yield f"sqlite:///{folder / 'chat.sqlite3'}"
        return
    postgres = Postgres() if fsync else PostgresWithoutFsync()
    try:
        postgres.start()
        yield postgres.url
    finally:
        postgres.remove()


def environment(folder: Path, url: str) -> dict[str, str]:
    """The product's defaults, blind to the developer's own settings."""
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "chatsite.settings",
        "SECRET_KEY": "bench-only-not-a-secret-0123456789-0123456789-abcdefghij",
        "SITE_URL": "http://127.0.0.1:8000",
        "VAR_DIR": str(folder),
        "DATABASE_URL": url,
        "DATABASE_POOL": "16",
        "REDIS_URL": "",
        "SECRET_KEY_FALLBACKS": "",
        "DEBUG": "false",
        "LOG_LEVEL": "WARNING",
    }


if __name__ == "__main__":
    main()
