"""How long it took until everybody had caught up: collected over a run, shown as a table, kept as JSON."""

import json
from collections import defaultdict
from pathlib import Path
from statistics import median

import pytest


class Recoveries:
    def __init__(self) -> None:
        self._seconds: defaultdict[str, list[float]] = defaultdict(list)

    def note(self, scenario: str, seconds: float) -> None:
        self._seconds[scenario].append(seconds)

    def show(self, terminal: pytest.TerminalReporter) -> None:
        if not self._seconds:
            return
        terminal.section("recovery: seconds until all had caught up")
        terminal.write_line(f"{'scenario':44} {'runs':>4} {'median':>7} {'max':>7}")
        for scenario, seconds in self._seconds.items():
            terminal.write_line(
                f"{scenario:44} {len(seconds):4} {median(seconds):7.2f} {max(seconds):7.2f}"
            )

    def keep(self, path: Path) -> None:
        rows = {
            scenario: {
                "runs": len(seconds),
                "median_seconds": round(median(seconds), 3),
                "max_seconds": round(max(seconds), 3),
            }
            for scenario, seconds in self._seconds.items()
        }
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(rows, indent=2) + "\n")
