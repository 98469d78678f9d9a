"""How long does a search take among a million messages, on each database.

    make bench-search
    .venv/bin/python -m bench.search --databases sqlite --messages 100000

A corpus is made with the product's own index (`bench.search_corpus`); SQLite's is kept in VAR_DIR for the
next run. Each search is the whole of what the server does for the command, from the text of the question to
the shapes of the answer, without the wire. Medians and 95th percentiles go to the screen, all of it to
bench/results/search.json; there too is the time that this process's own thread worked, which on a busy
machine says more.
"""

import argparse
import json
import os
from pathlib import Path
from typing import Any

from . import machine
from .send import ROOT, ask, database_at, environment

RESULT = ROOT / "bench" / "results" / "search.json"
ROUNDS = "bench.search_rounds"


def main() -> None:
    options = _parse_options()
    folder = Path(os.environ.get("VAR_DIR", ROOT / "var")) / f"bench-search-{options.messages}"
    folder.mkdir(parents=True, exist_ok=True)
    report: dict[str, Any] = {"machine": machine.facts(folder)}
    print(", ".join(f"{name} {value}" for name, value in report["machine"].items()))
    for database in options.databases:
        report[database] = _measure(database, folder, options)
        print(_table(database, report[database]), flush=True)
    options.output.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n")
    print(f"\nAll of it is in {options.output}")


def _parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench.search",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add(
        "--databases", nargs="+", choices=["sqlite", "postgresql"], default=["sqlite", "postgresql"]
    )
    add("--messages", type=int, default=1_000_000)
    add("--repeats", type=int, default=20, help="of each question (20)")
    add("--output", type=Path, default=RESULT)
    return parser.parse_args()


def _measure(database: str, folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    plan = {"messages": options.messages, "repeats": options.repeats}
    with database_at(database, folder, fsync=False) as url:
        return ask(ROUNDS, environment(folder, url), plan)


def _table(database: str, report: dict[str, Any]) -> str:
    lines = [f"\n{database}, {report['messages']:,} messages, made in {report['made_in_s']} s"]
    for reader, questions in report["readers"].items():
        lines += [
            f"| a reader {reader} asks for | hits | p50 ms | p95 ms |",
            "| --- | ---: | ---: | ---: |",
        ]
        lines += [
            f"| {question} | {row['hits']} | {row['p50_ms']} | {row['p95_ms']} |"
            for question, row in questions.items()
        ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
