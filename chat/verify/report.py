"""What the examination says: findings as they are found, a progress bar meanwhile, and a closing line."""

import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from .finding import Finding
from .progress import Progress

MAX_OF_A_KIND = 100


@dataclass(slots=True)
class Totals:
    rooms: int = 0
    messages: int = 0
    attachments: int = 0
    seconds: float = 0.0
    mended: int = 0
    findings: int = 0
    words_one_in: int = (
        1  # of how many messages one was compared with its words in the search index
    )


class Form(Protocol):
    """How a report is worded, a line at a time."""

    def finding(self, finding: Finding) -> str: ...

    def mended(self, finding: Finding) -> str: ...

    def more(self, check: str, number: int) -> str: ...

    def closing(self, totals: Totals) -> str: ...


class Report:
    """Counts everything, and writes the first MAX_OF_A_KIND findings of each check."""

    def __init__(self, form: Form, write: Callable[[str], None], progress: Progress) -> None:
        self.totals = Totals()
        self._form = form
        self._write = write
        self._progress = progress
        self._kinds: Counter[str] = Counter()
        self._began = time.monotonic()

    # ---- what was looked at

    def saw_room(self) -> None:
        self.totals.rooms += 1

    def saw_messages(self, number: int) -> None:
        self.totals.messages += number
        self._progress.advance(number)

    def counted_messages(self, number: int) -> None:
        """Those whose rows were seen before all of them were known to be readable."""
        self.totals.messages += number

    def saw_attachments(self, number: int) -> None:
        self.totals.attachments += number
        self._progress.advance(number)

    def saw_rows(self, number: int) -> None:
        """Rows that are counted elsewhere, or nowhere."""
        self._progress.advance(number)

    # ---- what came of it

    def findings(self, findings: Iterable[Finding]) -> None:
        for finding in findings:
            self.totals.findings += 1
            self._say(finding.check, self._form.finding(finding))

    def mended(self, finding: Finding) -> None:
        self.totals.mended += 1
        self._say(f"mended {finding.check}", self._form.mended(finding))

    def close(self) -> None:
        for kind, number in self._kinds.items():
            if number > MAX_OF_A_KIND:
                self._line(self._form.more(kind, number - MAX_OF_A_KIND))
        self.totals.seconds = time.monotonic() - self._began
        self._line(self._form.closing(self.totals))

    def _say(self, kind: str, line: str) -> None:
        self._kinds[kind] += 1
        if self._kinds[kind] <= MAX_OF_A_KIND:
            self._line(line)

    def _line(self, line: str) -> None:
        self._progress.clear()
        self._write(line)
