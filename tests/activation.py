"""A process that is started with its socket, as systemd does it (sd_listen_fds(3))."""

import socket
import sys

_START = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ |= {"LISTEN_FDS": "1", "LISTEN_PID": str(os.getpid())}
os.execv(sys.argv[2], sys.argv[2:])
"""


def activated(command: list[str], listener: socket.socket) -> list[str]:
    """The command that starts `command` so. It has to be given the listener's descriptor."""
    return [sys.executable, "-c", _START, str(listener.fileno()), *command]
