"""The command line of `bench.fan_out`."""

import argparse
import json
import tempfile
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench import machine

from . import __doc__ as description
from . import comparison, connections, latency, processes, wire
from .bench import Bench, Report
from .cores import allow_many_files
from .programs import HERE

LATEST = HERE.parent / "results" / "fan-out-latest.json"
PARTS: dict[str, Callable[[Bench], Report]] = {
    "saturated": comparison.saturated,
    "lockstep": comparison.lockstep,
    "latency": latency.latency,
    "memory": connections.memory,
    "connect": connections.connect,
    "processes": processes.processes,
    "wire": wire.wire_bytes,
}


def main() -> None:
    options = _parse_options()
    allow_many_files()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        report: dict[str, Any] = {"machine": machine.facts(Path(folder)), "parts": {}}
        print(", ".join(f"{name} {value}" for name, value in report["machine"].items()))
        bench = Bench(options, Path(folder))
        for name in options.only:
            print(f"\n{name}", flush=True)
            found = PARTS[name](bench)
            for bar in found.bars:
                print(f"  {bar}", flush=True)
            report["parts"][name] = _plain(found)
    options.output.parent.mkdir(parents=True, exist_ok=True)
    options.output.write_text(json.dumps(report, indent=1, default=str) + "\n")
    print(f"\nEvery turn is in {options.output}")


def _plain(report: Report) -> dict[str, Any]:
    return {
        "turns": [asdict(turn) for turn in report.turns],
        "bars": [asdict(bar) | {"passed": bar.is_passed} for bar in report.bars],
    }


def _parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench.fan_out",
        description=description,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--only", nargs="+", choices=list(PARTS), default=list(PARTS), help="parts to measure")
    add("--sides", nargs="+", help="who takes part in the comparisons (all)")
    add("--members", type=int, default=1000, help="of the large room (1000)")
    add("--small-room", type=int, default=200, help="members of the small room (200)")
    add("--size", type=int, default=100, help="characters of a message (100)")
    add("--senders", type=int, default=100, help="in the saturated room (100)")
    add("--flight", type=int, default=200, help="messages under way there (200)")
    add("--idle", type=int, default=2000, help="connections for the memory (2000)")
    add("--connects", type=int, default=1000, help="connections for their CPU (1000)")
    add("--seconds", type=float, default=3.0, help="that a turn lasts (3)")
    add("--rounds", type=int, default=2, help="turns of each side (2)")
    add("--output", type=Path, default=LATEST, help="file for every single turn")
    return parser.parse_args()


if __name__ == "__main__":
    main()
