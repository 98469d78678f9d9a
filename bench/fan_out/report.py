"""What is printed and what is kept: medians beside ratios, every turn in a line of JSON."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from statistics import median
from typing import Any

from bench.tables import table

from .bench import Report
from .turns import OURS, Turn, ratio

COMPARED = ("rate", "cpu_us")
LOAD_IS_BUSY = 0.9
OTHERS_ARE_BUSY = 0.1


def describe(report: Report) -> str:
    """A table of medians with ours against each peer, then what passed and what did not."""
    valid = [turn for turn in report.turns if not turn.void]
    parts = [_table(valid)] if valid else []
    parts += [
        f"- void, {turn.side}, turn {turn.round}: {turn.void}" for turn in report.turns if turn.void
    ]
    parts += [f"- {bar}" for bar in report.bars]
    return "\n".join(parts)


def doubt(turn: Turn) -> str:
    """Why the figures may say more of the machine than of the server: no rate then, CPU times still."""
    doubts = {
        "load-bound": turn.figures.get("load_busy", 0.0) > LOAD_IS_BUSY,
        "crowded": turn.figures.get("others_busy", 0.0) > OTHERS_ARE_BUSY,
    }
    return ", ".join(name for name, holds in doubts.items() if holds)


def encode(machine: dict[str, Any], options: dict[str, Any], reports: dict[str, Report]) -> str:
    """JSON with a line for each turn and bar, so that two runs can be compared line by line."""
    lines = [
        f'{{"machine": {json.dumps(machine)},',
        f'"options": {json.dumps(options)},',
        '"parts": {',
    ]
    parts = []
    for name, report in reports.items():
        turns = _lines(asdict(turn) | {"doubt": doubt(turn)} for turn in report.turns)
        bars = _lines(asdict(bar) | {"passed": bar.is_passed} for bar in report.bars)
        parts.append(f'"{name}": {{"bars": [\n{bars}\n], "turns": [\n{turns}\n]}}')
    return "\n".join([*lines, ",\n".join(parts), "}}", ""])


def _lines(rows: Iterable[dict[str, Any]]) -> str:
    return ",\n".join(json.dumps(row) for row in rows)


def _table(turns: Sequence[Turn]) -> str:
    sides = list(dict.fromkeys(turn.side for turn in turns))
    names = list(dict.fromkeys(name for turn in turns for name in turn.figures))
    compares = OURS in sides and len(sides) > 1 and "rate" in names
    head = ["side", *names, *(f"ours × {name}" for name in COMPARED if compares), "doubt"]
    rows = []
    for side in sides:
        own = [turn for turn in turns if turn.side == side]
        row = [side, *(_middle(own, name) for name in names)]
        if compares:
            row += [_ratio(turns, side, name) for name in COMPARED]
        rows.append([*row, "; ".join(sorted({doubt(turn) for turn in own} - {""}))])
    return table(head, rows)


def _middle(turns: Sequence[Turn], name: str) -> str:
    found = [turn.figures[name] for turn in turns if name in turn.figures]
    return f"{median(found):,.10g}" if found else ""


def _ratio(turns: Sequence[Turn], side: str, name: str) -> str:
    if side == OURS:
        return ""
    found = ratio(turns, OURS, side, name)
    return "" if found is None else f"{found:.3g}"
