"""Whether the peer of a socket lives.

It is dead when it has been silent for PING_SECONDS, was sent a ping, and was silent for PONG_SECONDS after
that. While bytes are still on their way to it and it acknowledges some, the ping is behind what a slow link
slowly takes, and the time for the answer has not begun.
"""

import fcntl
import socket
import struct
import termios
import time
from enum import Enum, auto
from typing import Any

PING_SECONDS = 20
PONG_SECONDS = 15

_BYTES_ACKED = slice(120, 128)  # tcpi_bytes_acked in Linux's struct tcp_info


class Verdict(Enum):
    ALIVE = auto()
    ASK = auto()
    DEAD = auto()


class Pulse:
    __slots__ = ("_acked", "_asked_at", "heard_at")

    def __init__(self) -> None:
        self.heard_at = time.monotonic()  # set by the socket whenever anything comes in
        self._asked_at = 0.0
        self._acked = 0

    def check(self, transport: Any) -> Verdict:
        """To be called every few seconds; at `ASK` a ping has to be sent."""
        now = time.monotonic()
        if now - self.heard_at < PING_SECONDS:
            return Verdict.ALIVE
        acked, self._acked = self._acked, _bytes_acked(transport)
        if self._asked_at < self.heard_at:
            self._asked_at = now
            return Verdict.ASK
        if self._acked > acked and _is_anything_under_way(transport):
            self._asked_at = now
        return Verdict.DEAD if now - self._asked_at > PONG_SECONDS else Verdict.ALIVE


def _bytes_acked(transport: Any) -> int:
    """What the other kernel has acknowledged so far; 0 on a Unix socket and where nobody counts it."""
    if transport.socket.family == socket.AF_UNIX or not hasattr(socket, "TCP_INFO"):
        return 0
    info = transport.socket.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 192)
    return int.from_bytes(info[_BYTES_ACKED], "little")


def _is_anything_under_way(transport: Any) -> bool:
    answer = fcntl.ioctl(transport.fileno(), termios.TIOCOUTQ, bytes(4))
    (unacknowledged,) = struct.unpack("i", answer)
    return bool(unacknowledged)
