"""The long forms: `python -m tests.attacks fuzz --frames 100000`. Exit code 1 where the verdict is bad."""

import argparse
import asyncio
import json
import secrets
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import tests.environment  # noqa: F401 - what servers run under
from bench.machine import facts
from tests.attacks import backing, fuzz, slow_readers, soak, storm
from tests.attacks.watched import leave_the_servers_core, started

RESULTS = Path("bench/results")
LIMITED = {"RATE_LIMITS": "true"}
SETTLE_SECONDS = 60.0  # empty feeds linger half a minute


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.attacks", description=__doc__)
    attacks = parser.add_subparsers(dest="attack", required=True)
    fuzzing = attacks.add_parser("fuzz", help="hostile frames and requests")
    fuzzing.add_argument("--frames", type=int, default=100_000)
    fuzzing.add_argument("--requests", type=int, default=2_000)
    fuzzing.add_argument("--seed", type=int, help="repeats a run; else a new one, which is printed")
    fuzzing.set_defaults(run=run_fuzz)
    slow = attacks.add_parser("slow-readers", help="those who do not read, flood or never come in")
    slow.add_argument("--rounds", type=int, default=5)
    slow.add_argument("--seconds", type=float, default=6.0, help="of a round")
    slow.set_defaults(run=run_slow_readers)
    storming = attacks.add_parser("storm", help="everybody loses the server and comes back")
    storming.add_argument("--clients", type=int, default=1_000)
    storming.set_defaults(run=run_storm)
    soaking = attacks.add_parser("soak", help="people come and go, and leave nothing behind")
    soaking.add_argument("--minutes", type=float, default=10.0)
    soaking.add_argument("--backend", choices=["sqlite", "postgresql"], default="postgresql")
    soaking.set_defaults(run=run_soak)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="chatsite-attacks-") as folder:
        report, faults = options.run(options, Path(folder))
        keep(options.attack, {"machine": facts(Path(folder)), **report})
    for fault in faults:
        print(f"FAULT {fault}")
    print(f"{options.attack}: {f'{len(faults)} faults' if faults else 'nothing found'}")
    return bool(faults)


def keep(name: str, report: dict[str, Any]) -> None:
    text = json.dumps(report, indent=2)
    print(text)
    RESULTS.mkdir(parents=True, exist_ok=True)
    (RESULTS / f"{name}.json").write_text(text + "\n")


def run_fuzz(options: argparse.Namespace, folder: Path) -> tuple[dict[str, Any], list[str]]:
    seed = secrets.randbelow(1_000_000) if options.seed is None else options.seed
    print(f"seed {seed}")
    server = started(folder)
    try:
        fuzzer = fuzz.Fuzzer(server, seed)
        report = asyncio.run(fuzzer.run(frames=options.frames, requests=options.requests))
    finally:
        server.kill()
    return report.as_json(), [str(finding) for finding in report.findings]


def run_slow_readers(options: argparse.Namespace, folder: Path) -> tuple[dict[str, Any], list[str]]:
    leave_the_servers_core()
    memory = folder / "memory"
    memory.mkdir()
    server = started(memory, pinned=True)
    try:
        report, faults = asyncio.run(slow_readers.measure_memory(server))
    finally:
        server.kill()
    cost = folder / "cost"
    cost.mkdir()
    server = started(cost, pinned=True, env=LIMITED)
    try:
        measured = slow_readers.measure_cost(server, rounds=options.rounds, seconds=options.seconds)
        costs, more = asyncio.run(measured)
    finally:
        server.kill()
    return report | costs, faults + more


def run_storm(options: argparse.Namespace, folder: Path) -> tuple[dict[str, Any], list[str]]:
    leave_the_servers_core()
    server = started(folder, pinned=True, env=LIMITED)
    report: dict[str, Any] = {}
    faults: list[str] = []
    try:
        tempest = storm.Storm(server, options.clients)
        for end, missed in storm.WAYS:
            found, more = asyncio.run(tempest.run(end, missed))
            report[f"{end}, {missed} missed"] = found
            faults += more
    finally:
        server.kill()
    return report, faults


def run_soak(options: argparse.Namespace, folder: Path) -> tuple[dict[str, Any], list[str]]:
    """The warm-up is a tenth, and twenty seconds at least."""
    seconds = options.minutes * 60
    with ExitStack() as stack:
        services, env = backing.start(stack) if options.backend == "postgresql" else ((), {})
        server = started(folder, env=env)
        stack.callback(server.kill)
        bath = soak.Soak(server, *services)
        warm_up = max(20.0, seconds / 10)
        return asyncio.run(bath.run(warm_up, seconds, settle=SETTLE_SECONDS, seed=1))


if __name__ == "__main__":
    sys.exit(main())
