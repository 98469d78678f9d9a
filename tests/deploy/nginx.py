"""nginx with the files of deploy/nginx, as whoever runs the tests."""

import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from tests.deploy.places import Places, find_nginx

DEADLINE_SECONDS = 30.0
POLL_SECONDS = 0.02


class Nginx:
    def __init__(self, places: Places) -> None:
        self._places = places
        self._process: subprocess.Popen[bytes] | None = None

    def ensure_running(self) -> None:
        """Starts where it does not run, and waits until it takes connections."""
        if self._process is not None and self._process.poll() is None:
            return
        program = find_nginx()
        assert program is not None
        places = self._places
        self._process = subprocess.Popen(
            [program, "-e", places.nginx_log, "-c", places.nginx_conf, "-g", "daemon off;"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._wait(self._takes_connections)

    def reload(self) -> None:
        """As `systemctl reload nginx` does it; returns when new workers have taken over."""
        assert self._process is not None
        old = self._workers()
        self._process.send_signal(signal.SIGHUP)
        self._wait(lambda: bool(self._workers()) and not self._workers() & old)

    def restart(self) -> None:
        """As `systemctl restart nginx` does it: whoever is connected is not any more."""
        self.stop()
        self.ensure_running()

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(DEADLINE_SECONDS)

    def complaints(self) -> str:
        """What it has logged: there is nothing to log while all goes well."""
        log = self._places.nginx_log
        return log.read_text() if log.exists() else ""

    def _wait(self, condition: Callable[[], bool]) -> None:
        assert self._process is not None
        deadline = time.monotonic() + DEADLINE_SECONDS
        while not condition():
            assert self._process.poll() is None, self.complaints()
            assert time.monotonic() < deadline, self.complaints()
            time.sleep(POLL_SECONDS)

    def _takes_connections(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self._places.https_port)).close()
        except ConnectionRefusedError:
            return False
        return True

    def _workers(self) -> set[int]:
        """Those that take connections; old ones stay for as long as they have any."""
        assert self._process is not None
        root = self._process.pid
        children = map(int, Path(f"/proc/{root}/task/{root}/children").read_text().split())
        titles = {pid: _title(pid) for pid in children}
        return {
            pid
            for pid, title in titles.items()
            if "worker process" in title and "shutting down" not in title
        }


def _title(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except FileNotFoundError:
        return ""
