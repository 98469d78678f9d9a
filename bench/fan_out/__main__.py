"""The command line of `bench.fan_out`."""

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench import machine

from . import __doc__ as description
from . import comparison, connections, latency, plot, processes, programs, report, wire
from .bench import Bench, Report
from .cores import allow_many_files

LATEST = programs.HERE.parent / "results" / "fan-out-latest.json"
PARTS: dict[str, Callable[[Bench], Report]] = {
    "saturated": comparison.saturated,
    "lockstep": comparison.lockstep,
    "latency": latency.latency,
    "memory": connections.memory,
    "connect": connections.connect,
    "processes": processes.processes,
    "wire": wire.wire_bytes,
}
PANELS = [
    (
        "saturated",
        "rate",
        "Deliveries a second on one core, saturated: {members} members in one room",
    ),
    (
        "lockstep",
        "rate",
        "Deliveries a second on one core, 4 senders in lock-step: {small_room} members",
    ),
    ("lockstep", "cpu_us", "Server CPU per delivery there, microseconds (less is better)"),
]


def main() -> None:
    options = _parse_options()
    if not hasattr(os, "sched_setaffinity") or (os.cpu_count() or 1) < 2 or not shutil.which("cc"):
        sys.exit("This bench needs Linux, two cores and a C compiler (cc).")
    allow_many_files()
    with (
        tempfile.TemporaryDirectory(prefix="bench-") as folder,
        Bench(options, Path(folder)) as bench,
    ):
        facts = machine.facts(Path(folder)) | programs.versions()
        facts["others_running"] = round(os.getloadavg()[0], 1)
        print(", ".join(f"{name} {value}" for name, value in facts.items()))
        reports: dict[str, Report] = {}
        for name in options.only:
            print(f"\n{name}: {PARTS[name].__doc__}", flush=True)
            reports[name] = PARTS[name](bench)
            print(f"\n{report.describe(reports[name])}", flush=True)
            _keep(options, facts, reports)  # a part that fails does not take the others along
    print(f"\nEvery turn is in {options.output}, a picture beside it.")


def _keep(options: argparse.Namespace, facts: dict[str, Any], reports: dict[str, Report]) -> None:
    chosen = {name: value for name, value in vars(options).items() if name != "output"}
    options.output.parent.mkdir(parents=True, exist_ok=True)
    options.output.write_text(report.encode(facts, chosen, reports), encoding="utf-8")
    panels = [
        plot.Panel(title.format(**chosen), figure, reports[part].turns)
        for part, figure, title in PANELS
        if part in reports and any(not turn.void for turn in reports[part].turns)
    ]
    if panels:
        options.output.with_suffix(".svg").write_text(plot.draw(panels), encoding="utf-8")


def _parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench.fan_out",
        description=description,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--only", nargs="+", choices=list(PARTS), default=list(PARTS), help="parts to measure")
    add("--sides", nargs="+", help="who takes part in the comparisons (all)")
    add("--database", choices=["sqlite", "postgresql"], default="sqlite", help="of ours (sqlite)")
    add("--members", type=int, default=1000, help="of the large room (1000)")
    add("--small-room", type=int, default=200, help="members of the small room (200)")
    add("--size", type=int, default=100, help="characters of a message (100)")
    add("--senders", type=int, default=100, help="in the saturated room (100)")
    add("--flight", type=int, default=200, help="messages under way there (200)")
    add("--idle", type=int, default=2000, help="connections for the memory (2000)")
    add("--rest", type=float, default=5.0, help="seconds in which they only are there (5)")
    add("--connects", type=int, default=1000, help="connections for their CPU (1000)")
    add("--seconds", type=float, default=3.0, help="that a turn lasts (3)")
    add("--rounds", type=int, default=2, help="turns of each side (2)")
    add("--output", type=Path, default=LATEST, help="file for every single turn")
    return parser.parse_args()


if __name__ == "__main__":
    main()
