"""What the processes tell each other costs: Redis, the process that publishes, and each that is told.

    .venv/bin/python -m bench.layer
    .venv/bin/python -m bench.layer --processes 1 8 --rate 1000

One change of a room is published again and again, evenly spaced, to one, four, sixteen ... subscribed
processes; one of them is our own line to the others, the rest only read. Then groups are subscribed to, one
after the other as a process does, and presence is told of people. Redis (or Valkey) has a core of its own.
docs/scaling.md calculates with what is found.
"""

import argparse
import json
import tempfile
from pathlib import Path
from typing import Any

from . import machine
from .fan_out.cores import SERVER_CORE, allow_many_files, on_core
from .fan_out.services import own_redis
from .send import ROOT, ask, environment

LATEST = ROOT / "bench" / "results" / "layer.json"
ROUNDS = "bench.layer_rounds"


def main() -> None:
    options = _parse_options()
    allow_many_files()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, own_redis() as redis:
        report: dict[str, Any] = {"machine": machine.facts(Path(folder))}
        print(", ".join(f"{name} {value}" for name, value in report["machine"].items()))
        plan = {
            "redis": redis.pids[0],
            "processes": options.processes,
            "rate": options.rate,
            "seconds": options.seconds,
            "groups": options.groups,
            "people": options.people,
        }
        with on_core(SERVER_CORE):
            answer = ask(ROUNDS, environment(Path(folder), "") | {"REDIS_URL": redis.url}, plan)
        report |= answer
    print(_table(report))
    options.output.write_text(json.dumps(report, indent=1) + "\n")
    print(f"\nEverything is in {options.output}")


def _parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench.layer",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--processes", nargs="+", type=int, default=[1, 4, 16, 64, 256], help="that are told")
    add("--rate", type=int, default=400, help="publishes a second (400)")
    add("--seconds", type=float, default=4.0, help="that each number of processes is told (4)")
    add("--groups", type=int, default=10_000, help="that one process subscribes to (10000)")
    add("--people", type=int, default=10_000, help="whom another process tells of (10000)")
    add("--output", type=Path, default=LATEST)
    return parser.parse_args()


def _table(report: dict[str, Any]) -> str:
    columns = ["processes", "redis_us", "publisher_us", "receiver_us", "redis_bytes_out"]
    lines = ["", "".join(f"{name:>18}" for name in columns)]
    lines += ["".join(f"{row[name]:>18}" for name in columns) for row in report["publishes"]]
    for part in ("back_to_back", "groups", "presence"):
        figures = ", ".join(f"{name} {value}" for name, value in report[part].items())
        lines.append(f"{part}: {figures}")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
