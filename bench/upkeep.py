"""How many messages a second do `verify_chat` and `export_room` go through, among a million.

    make bench-upkeep
    .venv/bin/python -m bench.upkeep --databases sqlite --messages 100000

The corpus is that of `bench.search`, and SQLite's is kept for it in VAR_DIR. Each command runs as an operator
runs it, in a process of its own, some times over. Printed are the time on the clock, whole and without what
the process takes to start (`--help` of a command), and CPU time, that of PostgreSQL's processes included; on
a machine that does other work too only the last says much.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.services import Postgres

from . import machine
from .send import ROOT, PostgresWithoutFsync, environment

RESULT = ROOT / "bench" / "results" / "upkeep.json"
FILL = "import django; django.setup(); from bench.upkeep_corpus import main; main()"
TICKS = os.sysconf("SC_CLK_TCK")


def main() -> None:
    options = _parse_options()
    folder = Path(os.environ.get("VAR_DIR", ROOT / "var")) / f"bench-search-{options.messages}"
    folder.mkdir(parents=True, exist_ok=True)
    report: dict[str, Any] = {"machine": machine.facts(folder)}
    print(", ".join(f"{name} {value}" for name, value in report["machine"].items()))
    for database in options.databases:
        with _database(database, folder) as (url, server):
            report[database] = _measure(environment(folder, url), server, options)
        print(f"\n{database}\n{_table(report[database])}", flush=True)
    options.output.write_text(json.dumps(report, indent=1) + "\n")
    print(f"\nAll of it is in {options.output}")


def _parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench.upkeep",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add(
        "--databases", nargs="+", choices=["sqlite", "postgresql"], default=["sqlite", "postgresql"]
    )
    add("--messages", type=int, default=1_000_000)
    add("--repeats", type=int, default=3, help="of each command (3)")
    add("--thorough", action="store_true", help="also verify_chat --thorough, once")
    add("--output", type=Path, default=RESULT)
    return parser.parse_args()


@contextmanager
def _database(name: str, folder: Path) -> Iterator[tuple[str, Postgres | None]]:
    if name == "sqlite":
        yield f"sqlite:///{folder / 'chat.sqlite3'}", None
        return
    server = PostgresWithoutFsync()
    try:
        server.start()
        yield server.url, server
    finally:
        server.remove()


def _measure(
    env: dict[str, str], server: Postgres | None, options: argparse.Namespace
) -> list[dict[str, Any]]:
    fill = [sys.executable, "-W", "ignore", "-c", FILL, str(options.messages)]
    made = subprocess.run(fill, cwd=ROOT, env=env, stdout=subprocess.PIPE, check=True)
    start = min(_start(env) for _ in range(options.repeats))
    largest = json.loads(made.stdout)["largest_room"]
    with tempfile.TemporaryDirectory(prefix="bench-") as into:
        commands: list[tuple[str, ...]] = [
            ("verify_chat", "--json"),
            ("export_room", largest, "--json", "--format", "jsonl", "--into", into),
            ("export_room", largest, "--json", "--format", "html", "--into", into),
            ("export_room", largest, "--json", "--into", into),
        ] * options.repeats
        if options.thorough:
            commands.append(("verify_chat", "--thorough", "--json"))
        return [_run(command, env, server, start) for command in commands]


def _start(env: dict[str, str]) -> float:
    """Seconds that pass before such a process does anything."""
    began = time.perf_counter()
    help_ = [sys.executable, str(ROOT / "manage.py"), "export_room", "--help"]
    subprocess.run(help_, env=env, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - began


def _run(
    command: tuple[str, ...], env: dict[str, str], server: Postgres | None, start: float
) -> dict[str, Any]:
    cpu, began = _cpu_seconds(server), time.perf_counter()
    child = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), *command],
        env=env,
        stdout=subprocess.PIPE,
        check=True,
    )
    seconds, cpu = time.perf_counter() - began, _cpu_seconds(server) - cpu
    messages = json.loads(child.stdout.splitlines()[-1])["messages"]
    return {
        "command": " ".join(part for part in command if "/" not in part and part != "--into"),
        "messages": messages,
        "seconds": round(seconds, 2),
        "cpu_seconds": round(cpu, 2),
        "per_second": round(messages / seconds),
        "per_second_once_started": round(messages / (seconds - start)),
        "per_cpu_second": round(messages / cpu),
        "peak_mib": round(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024),
        "load": machine.load(),
    }


def _cpu_seconds(server: Postgres | None) -> float:
    """Of all processes that ended, and of the server's, ended or not."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime + (0 if server is None else _server_seconds(server))


def _server_seconds(server: Postgres) -> float:
    pid = int((server.folder / "data" / "postmaster.pid").read_text().split()[0])
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    ticks = 0
    for process in (str(pid), *children):
        times = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[11:15]
        ticks += sum(map(int, times))
    return ticks / TICKS


def _table(report: list[dict[str, Any]]) -> str:
    heads = (
        f"{'messages/s':>12}{'once started':>14}{'a CPU second':>14}{'peak, MiB':>11}{'load':>7}"
    )
    lines = [f"{'command':44}{heads}"]
    lines += [
        f"{row['command']:44}{row['per_second']:12,}{row['per_second_once_started']:14,}"
        f"{row['per_cpu_second']:14,}"
        f"{row['peak_mib']:11}{row['load']:7}"
        for row in report
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
