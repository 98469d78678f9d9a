"""One process of the chat, started from its two units as systemd does it.

The socket is opened before the process and outlives it; the process has the environment of its unit and no
other, is ready when it says so, and is ended by SIGTERM. Of the sandbox, what a process can do to itself is
done: its umask, no new privileges, no memory that is both written and executed.
"""

import os
import shlex
import socket
import sys
from pathlib import Path

from tests.activation import activated
from tests.deploy.places import Places
from tests.server import Server

AS_THE_UNIT_SAYS = """
import ctypes, os, sys
PR_SET_NO_NEW_PRIVS, PR_SET_MDWE, PR_MDWE_REFUSE_EXEC_GAIN = 38, 65, 1
folder, umask, *command = sys.argv[1:]
os.chdir(folder)
os.umask(int(umask, 8))
prctl = ctypes.CDLL(None).prctl
prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
prctl(PR_SET_MDWE, PR_MDWE_REFUSE_EXEC_GAIN, 0, 0, 0)  # kernels before 6.3 know it not
os.execv(command[0], command)
"""


class Process(Server):
    def __init__(self, places: Places, number: int) -> None:
        super().__init__(places.var_dir)
        self.log = places.log
        self._listener = _opened(places.unit("chat@.socket", number).section("Socket"))
        self.port = self._listener.getsockname()[1]
        service = places.unit("chat@.service", number).section("Service")
        own = [
            sys.executable,
            "-c",
            AS_THE_UNIT_SAYS,
            service["WorkingDirectory"],
            service["UMask"],
        ]
        self.command = activated([*own, *shlex.split(service["ExecStart"])], self._listener)
        self.pass_fds = (self._listener.fileno(),)
        self._told = places.folder / f"notify-{number}"
        self.env = {
            "PATH": os.environ["PATH"],
            "NOTIFY_SOCKET": str(self._told),
            "PYTHONUNBUFFERED": "1",
            "PYTHONWARNINGS": "default",
            **read_environment(Path(service["EnvironmentFile"])),
        }

    def start(self) -> None:
        """Starts, and waits until it says that it is ready."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as self._manager:
            self._told.unlink(missing_ok=True)
            self._manager.bind(str(self._told))
            self._manager.setblocking(False)
            super().start()

    def restart(self) -> None:
        """As `systemctl restart` does it."""
        assert self.terminate() == 0
        self.start()

    def close(self) -> None:
        """Lets go of the socket too."""
        super().close()
        self._listener.close()

    def _answers(self) -> bool:
        try:
            return self._manager.recv(64) == b"READY=1"
        except BlockingIOError:
            return False


def read_environment(path: Path) -> dict[str, str]:
    """An EnvironmentFile of systemd's without line breaks in values."""
    lines = path.read_text().splitlines()
    pairs = [line.partition("=") for line in lines if line and line[0] not in "#;"]
    return {name: value.strip('"') for name, _, value in pairs}


def _opened(unit: dict[str, str]) -> socket.socket:
    host, _, port = unit["ListenStream"].rpartition(":")
    return socket.create_server((host, int(port)), backlog=int(unit["Backlog"]))
