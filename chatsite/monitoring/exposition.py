"""Figures as Prometheus reads them: its text format, version 0.0.4.

Names, labels and meanings are our own words, of letters that need no escaping.
"""

from collections.abc import Iterable, Mapping
from itertools import accumulate

from chat.tallies import Histogram

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Exposition:
    """Each name once, with its meaning, its type and its samples."""

    def __init__(self) -> None:
        self._lines: list[str] = []

    def gauge(self, name: str, meaning: str, value: float) -> None:
        self._family(name, meaning, "gauge", [("", value)])

    def gauges(self, name: str, meaning: str, *, by: str, values: Mapping[str, float]) -> None:
        self._family(name, meaning, "gauge", _labelled(by, values))

    def counter(self, name: str, meaning: str, value: float) -> None:
        self._family(name, meaning, "counter", [("", value)])

    def counters(self, name: str, meaning: str, *, by: str, values: Mapping[str, float]) -> None:
        self._family(name, meaning, "counter", _labelled(by, values))

    def histogram(self, name: str, meaning: str, histogram: Histogram) -> None:
        bounds = [*map(_number, histogram.bounds), "+Inf"]
        so_far = list(accumulate(tuple(histogram.counts)))
        buckets = [
            (f'_bucket{{le="{le}"}}', count) for le, count in zip(bounds, so_far, strict=True)
        ]
        totals = [("_sum", histogram.sum), ("_count", so_far[-1])]
        self._family(name, meaning, "histogram", [*buckets, *totals])

    def text(self) -> str:
        return "".join(f"{line}\n" for line in self._lines)

    def _family(
        self, name: str, meaning: str, kind: str, samples: Iterable[tuple[str, float]]
    ) -> None:
        self._lines += [f"# HELP {name} {meaning}", f"# TYPE {name} {kind}"]
        self._lines += [f"{name}{ending} {_number(value)}" for ending, value in samples]


def _labelled(by: str, values: Mapping[str, float]) -> list[tuple[str, float]]:
    return [(f'{{{by}="{label}"}}', value) for label, value in values.items()]


def _number(value: float) -> str:
    return str(value) if isinstance(value, int) else repr(float(value))
