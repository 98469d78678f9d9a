"""What a figure is held against."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bar:
    """`measured` has to be at least or at most `bound`; None where there is nothing to measure."""

    what: str
    measured: float | None
    bound: float
    at_least: bool
    unit: str = "×"

    @property
    def is_passed(self) -> bool | None:
        if self.measured is None:
            return None
        return self.measured >= self.bound if self.at_least else self.measured <= self.bound

    def __str__(self) -> str:
        verdict = {True: "pass", False: "FAIL", None: "not measured"}[self.is_passed]
        sign = "≥" if self.at_least else "≤"
        measured = "" if self.measured is None else f"{_short(self.measured)} {self.unit}"
        return f"{verdict:12} {self.what}: {measured} ({sign} {_short(self.bound)} {self.unit})"


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
