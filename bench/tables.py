"""A report as Markdown."""

from collections.abc import Sequence
from statistics import median
from typing import Any

Turn = dict[str, Any]


def describe(database: str, report: dict[str, Any]) -> str:
    settings = ", ".join(f"{name} {value}" for name, value in report["settings"].items())
    head = f"{database} ({settings}); the naive side on {report['naive_threads']} threads"
    return "\n\n".join(["", head, _speeds(report["turns"]), _parts(report["parts"])])


def _speeds(turns: list[Turn]) -> str:
    head = ["senders", "naive msg/s", "ours msg/s", "times (min, median, max)"]
    head += ["naive p50 ms", "ours p50 ms", "naive p99 ms", "ours p99 ms"]
    rows = []
    for senders in sorted({turn["senders"] for turn in turns}):
        naive, ours = (_of(turns, senders, side) for side in ("naive", "ours"))
        ratios = [our["rate"] / their["rate"] for our, their in zip(ours, naive, strict=True)]
        times = f"{min(ratios):.1f} **{median(ratios):.1f}** {max(ratios):.1f}"
        row = [senders, *(f"{_median(side, 'rate'):,.0f}" for side in (naive, ours)), times]
        row += [f"{_median(side, key):.1f}" for key in ("p50", "p99") for side in (naive, ours)]
        rows.append(row)
    return table(head, rows)


def _parts(parts: list[dict[str, Any]]) -> str:
    names = list(parts[0]["microseconds"])
    head = ["senders", "messages a batch", *(f"{name} µs" for name in names)]
    return table(
        head,
        [
            [
                one["senders"],
                one["messages_per_batch"],
                *(one["microseconds"][name] for name in names),
            ]
            for one in parts
        ],
    )


def _of(turns: list[Turn], senders: int, side: str) -> list[Turn]:
    return [turn for turn in turns if (turn["senders"], turn["side"]) == (senders, side)]


def _median(turns: list[Turn], key: str) -> float:
    return float(median(turn[key] for turn in turns))


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    lines: list[Sequence[object]] = [head, ["---:"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)
