"""Bar charts that are drawn here, as shapes of an SVG: no script draws, and nothing comes from elsewhere.

A chart is stretched over the width there is, so it holds no text: what it says stands beside it, and in a
table.
"""

from collections.abc import Sequence
from typing import NamedTuple

COLUMN = 10  # units of the drawing, as are these
BAR = 8
HEIGHT = 100
LEAST = 1.5  # what is next to nothing is seen as more than nothing


class Bar(NamedTuple):
    label: str
    value: int
    x: int
    y: float
    height: float


class Chart(NamedTuple):
    bars: list[Bar]
    width: int
    total: int
    most: Bar

    @property
    def ticks(self) -> list[str]:
        """What is written below: the first, the middle and the last."""
        return [self.bars[at].label for at in (0, len(self.bars) // 2, -1)]


def bars(values: Sequence[tuple[str, int]]) -> Chart:
    """Of labelled numbers, one at least."""
    top = max([1, *(value for _, value in values)])
    drawn = [_bar(place, label, value, top) for place, (label, value) in enumerate(values)]
    most = max(drawn, key=lambda bar: bar.value)
    return Chart(drawn, COLUMN * len(drawn), sum(bar.value for bar in drawn), most)


def _bar(place: int, label: str, value: int, top: int) -> Bar:
    height = max(LEAST, HEIGHT * value / top) if value else 0.0
    x = COLUMN * place + (COLUMN - BAR) // 2
    return Bar(label, value, x, round(HEIGHT - height, 2), round(height, 2))
