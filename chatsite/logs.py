"""How log lines are written: as lines to read or, with LOG_FORMAT=json, as an object each.

Either says on whose behalf it was written, so that lines of one request or one connection can be found
together: `4711.12` is a connection, by process and number, and `4711.12/3` the third request on it. Neither
holds what `discretion` cuts.
"""

import json
import logging
from collections import Counter, deque
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, NamedTuple

from .discretion import cut

MAX_KEPT = 10

on_behalf_of: ContextVar[str] = ContextVar("on_behalf_of", default="")

# A message is a line, whatever it quotes.
_ODD = dict.fromkeys((*range(32), *range(127, 160), 8232, 8233), "?") | {10: " ", 9: " "}


class Lines(logging.Formatter):
    """For people."""

    def format(self, record: logging.LogRecord) -> str:
        name = on_behalf_of.get()
        vars(record)["on_behalf_of"] = f" [{name}]" if name else ""
        return cut(super().format(record))

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - its name in logging
        record.message = record.message.translate(_ODD)
        return super().formatMessage(record)


class JsonLines(logging.Formatter):
    """For programs: RFC 8259, a line each. `fields` of a record are the object's own."""

    def format(self, record: logging.LogRecord) -> str:
        name = on_behalf_of.get()
        said: dict[str, Any] = {
            "at": _time(record).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": cut(record.getMessage()).translate(_ODD),
            "process": record.process,
        }
        if name:
            said["connection"] = name.partition("/")[0]
        if "/" in name:
            said["request"] = name
        said |= getattr(record, "fields", {})
        if record.exc_info:
            said["traceback"] = cut(self.formatException(record.exc_info))
        return json.dumps(said, ensure_ascii=False)


class Kept(NamedTuple):
    at: datetime
    level: str
    logger: str
    message: str


class Tally(logging.Handler):
    """Counts what went wrong by its level, and keeps the last of it. Owner: the process. Bound: MAX_KEPT."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.levels: Counter[str] = Counter(dict.fromkeys(("warning", "error", "critical"), 0))
        self.kept: deque[Kept] = deque(maxlen=MAX_KEPT)

    def emit(self, record: logging.LogRecord) -> None:
        try:
            self._note(record)
        except Exception:  # a line that cannot be written must not fail what it tells of
            self.handleError(record)

    def _note(self, record: logging.LogRecord) -> None:
        self.levels[record.levelname.lower()] += 1
        # Visitors' own mistakes, which Django warns of, would leave room for nothing else.
        if record.levelno >= logging.ERROR or not record.name.startswith("django."):
            message = cut(record.getMessage()).translate(_ODD)
            self.kept.append(Kept(_time(record), record.levelname.lower(), record.name, message))


tally = Tally()


def counting() -> Tally:
    """For the settings: the one of this process."""
    return tally


def _time(record: logging.LogRecord) -> datetime:
    return datetime.fromtimestamp(record.created, UTC)
