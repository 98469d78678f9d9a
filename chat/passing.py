"""What is worth something only now, such as who is typing: stored nowhere, and the first to be dropped.

Of each key the last event counts. They are told together, at once in quiet times and otherwise once in
PASSING_SECONDS, in a frame of their own that a socket with a backlog is spared.

Owner: a feed. Bound: MAX_PASSING events until they are told; what is more is dropped.
"""

import asyncio
from collections.abc import Callable

from .frames import Frame
from .protocol.codec import join

PASSING_SECONDS = 1.0
MAX_PASSING = 50


class Passing:
    __slots__ = ("_due", "_quiet_until", "_tell", "_timer")

    def __init__(self, tell: Callable[[Frame], None]) -> None:
        self._tell = tell
        self._due: dict[int, bytes] = {}
        self._timer: asyncio.Handle | None = None
        self._quiet_until = 0.0

    def put(self, key: int, payload: bytes) -> None:
        if len(self._due) >= MAX_PASSING and key not in self._due:
            return
        self._due[key] = payload
        if self._timer is None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_at(max(self._quiet_until, loop.time()), self._flush)

    def drop(self, key: int) -> None:
        """What waits to be told of this key is over."""
        self._due.pop(key, None)

    def _flush(self) -> None:
        self._timer = None
        due, self._due = self._due, {}
        if not due:
            return
        self._quiet_until = asyncio.get_running_loop().time() + PASSING_SECONDS
        self._tell(Frame(join(list(due.values())), is_passing=True))
