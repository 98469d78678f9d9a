import time
from collections.abc import Callable

REDRAW_SECONDS = 0.2


class Progress:
    """A bar that rewrites its own line. `rows` will be read in all, which proves `messages`."""

    def __init__(self, draw: Callable[[str], None], *, messages: int, rows: int) -> None:
        self._draw = draw
        self._messages = messages
        self._rows = max(rows, 1)
        self._done = 0
        self._began = time.monotonic()
        self._drawn_at = float("-inf")

    def advance(self, rows: int) -> None:
        self._done += rows
        now = time.monotonic()
        if now - self._drawn_at >= REDRAW_SECONDS:
            self._drawn_at = now
            self._draw(f"\r\x1b[K{self._text(now - self._began)}")

    def clear(self) -> None:
        """Makes room for a line; the bar comes back below it."""
        self._draw("\r\x1b[K")
        self._drawn_at = float("-inf")

    def _text(self, seconds: float) -> str:
        # Repairs read rooms again, so there may be more to read than was expected.
        share = min(self._done / self._rows, 0.99)
        if not share or not seconds:
            return "0 %"
        speed = share * self._messages / seconds
        left = round(seconds / share - seconds)
        return f"{share:.0%}, {speed:,.0f} messages/s, {left // 60}:{left % 60:02} left"
