"""What a server wrote to its log since a moment."""

import re
import time
from dataclasses import dataclass

from tests.server import Server

DEADLINE_SECONDS = 30.0
POLL_SECONDS = 0.02


@dataclass(frozen=True)
class Lines:
    server: Server
    start: int

    @property
    def text(self) -> str:
        return self.server.log.read_bytes()[self.start :].decode()

    def one(self, pattern: str) -> re.Match[str]:
        """The first that has it, once it is written."""
        deadline = time.monotonic() + DEADLINE_SECONDS
        while time.monotonic() < deadline:
            if match := re.search(pattern, self.text):
                return match
            time.sleep(POLL_SECONDS)
        raise AssertionError(f"no line with {pattern} in the log:\n{self.text}")


def lines_of(server: Server) -> Lines:
    """Those from now on."""
    return Lines(server, server.log.stat().st_size)
