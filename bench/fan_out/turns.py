"""Turns: one server, one load, one window, and what came of it."""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any

from .load import BrokenLoad, Load, Window, loading
from .side import Side, Talk

OURS = "ours"


@dataclass(frozen=True, slots=True)
class Turn:
    """`void` says why the figures do not count."""

    part: str
    side: str
    round: int
    void: str = ""
    figures: dict[str, float] = field(default_factory=dict)
    window: dict[str, Any] = field(default_factory=dict)


def take(part: str, side: str, number: int, window: Window, servers: int) -> Turn:
    """A window's figures; `servers` says how many of its processes are the server's own."""
    void = "" if window.complete else f"{window.behind} members were not told everything"
    cpu = sum(window.cpu[:servers])
    figures = {
        "rate": round(window.rate, 1),
        "cpu_us": round(cpu / window.events * 1e6, 3) if window.events else 0.0,
        **window.shares(servers),
        "events_per_frame": round(window.events / window.frames, 1) if window.frames else 0.0,
        "bytes_per_event": round(window.bytes / window.events, 1) if window.events else 0.0,
    }
    if servers < len(window.cpu) and window.events:
        figures["helper_cpu_us"] = round(sum(window.cpu[servers:]) / window.events * 1e6, 3)
    return Turn(part, side, number, void, figures, asdict(window))


def run(
    part: str, name: str, number: int, side: Side, talk: Talk, ask: Callable[[Load], Window]
) -> Turn:
    """Starts the side, connects everybody, asks for one window, ends the side."""
    try:
        with side(talk) as running, loading(talk.folder) as load:
            load.open(running.clients, running.wire, running.pids + running.helpers)
            return take(part, name, number, ask(load), len(running.pids))
    except BrokenLoad as error:
        return Turn(part, name, number, str(error))


def middle(turns: Iterable[Turn], side: str, figure: str) -> float | None:
    """The median of a side's valid turns."""
    found = [turn.figures[figure] for turn in turns if turn.side == side and not turn.void]
    return median(found) if found else None


def ratio(turns: Iterable[Turn], side: str, other: str, figure: str) -> float | None:
    """The median over the rounds of `side` by `other`: neighbours in time saw the same machine."""
    by_round: dict[int, dict[str, float]] = {}
    for turn in turns:
        if not turn.void:
            by_round.setdefault(turn.round, {})[turn.side] = turn.figures[figure]
    found = [one[side] / one[other] for one in by_round.values() if side in one and one.get(other)]
    return median(found) if found else None


def quantile(values: Iterable[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[int((len(ordered) - 1) * share)]
