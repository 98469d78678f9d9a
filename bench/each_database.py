"""What the benches have in common that measure the same on SQLite and on PostgreSQL."""

import argparse
import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from . import machine
from .send import ROOT

DATABASES = ["sqlite", "postgresql"]

Measure = Callable[[str, Path, argparse.Namespace], Any]


def parser(name: str, description: str | None) -> argparse.ArgumentParser:
    """That of `python -m bench.<name>`, for the bench's own options to be added to."""
    made = argparse.ArgumentParser(
        prog=f"python -m bench.{name}",
        description=description,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.add_argument("--databases", nargs="+", choices=DATABASES, default=DATABASES)
    made.add_argument("--output", type=Path, default=ROOT / "bench" / "results" / f"{name}.json")
    return made


def run(options: argparse.Namespace, measure: Measure, table: Callable[[Any], str]) -> None:
    """Measures on each of the databases in a folder that goes afterwards, prints it, and writes all of it."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        report: dict[str, Any] = {"machine": machine.facts(Path(folder))}
        print(", ".join(f"{name} {value}" for name, value in report["machine"].items()))
        for database in options.databases:
            report[database] = measure(database, Path(folder), options)
            print(f"\n{database}\n{table(report[database])}", flush=True)
    options.output.write_text(json.dumps(report, indent=1) + "\n")
    print(f"\nAll of it is in {options.output}")
