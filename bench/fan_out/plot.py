"""The comparisons as a picture: an SVG that is readable on white and on black, made of text and dots.

Each small dot is a turn, each large one a side's median. The axes are logarithmic: what is compared here
differs by factors, not by shares.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor, log10
from statistics import median

from .turns import OURS, Turn

WIDTH, LEFT, RIGHT = 760, 190, 110
ROW, HEAD, FOOT, GAP, PADDING = 30, 46, 26, 22, 16
STYLE = """
  svg { --ink: #1c1e21; --faint: #5b626b; --line: #dde1e6; --peer: #6b7785; --ours: #0b62c4;
        font: 13px system-ui, sans-serif; fill: var(--ink); background: #fff; }
  @media (prefers-color-scheme: dark) {
    svg { --ink: #e8eaed; --faint: #a3abb5; --line: #34393f; --peer: #98a3b0; --ours: #6cb0ff;
          background: #15181b; }
  }
  .title { font-weight: 600; font-size: 14px; } .tick { fill: var(--faint); font-size: 11px; }
  .grid { stroke: var(--line); } .name, .tick { dominant-baseline: middle; }
  .peer { fill: var(--peer); } .ours { fill: var(--ours); font-weight: 600; }
  .turn { opacity: .45; }
"""


@dataclass(frozen=True, slots=True)
class Panel:
    title: str
    figure: str
    turns: Sequence[Turn]


def draw(panels: Sequence[Panel]) -> str:
    parts, top = [], PADDING
    for panel in panels:
        drawn, bottom = _panel(panel, top)
        parts += drawn
        top = bottom + GAP
    width, height = WIDTH + 2 * PADDING, top - GAP + PADDING
    view = f'viewBox="{-PADDING} 0 {width} {height}" width="{width}" height="{height}"'
    title = "; ".join(panel.title for panel in panels)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" {view} role="img" aria-label="{escape(title)}">'
    )
    return "\n".join([head, f"<style>{STYLE}</style>", *parts, "</svg>", ""])


def _panel(panel: Panel, top: int) -> tuple[list[str], int]:
    values: dict[str, list[float]] = {}
    for turn in panel.turns:
        if not turn.void:
            values.setdefault(turn.side, []).append(turn.figures[panel.figure])
    every = [value for of_side in values.values() for value in of_side]
    low, high = floor(log10(min(every))), ceil(log10(max(every)))
    bottom = top + HEAD + ROW * len(values)
    parts = [f'<text class="title" x="0" y="{top + 20}">{escape(panel.title)}</text>']
    for power in range(low, high + 1):
        x = _x(10**power, low, high)
        parts.append(f'<path class="grid" d="M{x} {top + HEAD - 8}V{bottom}"/>')
        label = f'text-anchor="middle" x="{x}" y="{bottom + 12}"'
        parts.append(f'<text class="tick" {label}>{_short(10.0**power)}</text>')
    for number, (side, of_side) in enumerate(values.items()):
        parts += _row(side, of_side, top + HEAD + ROW * number + ROW // 2, low, high)
    return parts, bottom + FOOT


def _row(side: str, values: Sequence[float], y: int, low: int, high: int) -> list[str]:
    kind = "ours" if side == OURS else "peer"
    middle = median(values)
    x, after = _x(middle, low, high), _x(max(values), low, high) + 12
    return [
        f'<text class="name {kind}" text-anchor="end" x="{LEFT - 16}" y="{y}">{escape(side)}</text>',
        *(
            f'<circle class="turn {kind}" cx="{_x(value, low, high)}" cy="{y}" r="3"/>'
            for value in values
        ),
        f'<circle class="{kind}" cx="{x}" cy="{y}" r="6"/>',
        f'<text class="name {kind}" x="{after}" y="{y}">{_short(middle)}</text>',
    ]


def _x(value: float, low: int, high: int) -> float:
    return round(LEFT + (log10(value) - low) / (high - low) * (WIDTH - LEFT - RIGHT), 1)


def _short(value: float) -> str:
    """Three digits that say something."""
    for size, unit in ((1e6, " M"), (1e3, " k")):
        if value >= size:
            return f"{value / size:.3g}{unit}"
    return f"{value:.3g}"
