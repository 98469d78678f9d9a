"""A real process of ours with a database of its own, for tests that see it from outside only."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.hand import Hand
from tests.store import from_store

MANAGE = str(Path(__file__).resolve().parent.parent / "manage.py")
START_SECONDS = 60.0
STOP_SECONDS = 15.0
POLL_SECONDS = 0.05
METRICS_TOKEN = "tests-only-not-a-secret"


class Server:
    """`manage.py serve` on a free port, its data under `var_dir`; what it prints goes to `log`."""

    def __init__(self, var_dir: Path, **env: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.var_dir = var_dir
        self.settings = env
        self.log = var_dir / f"server-{self.port}.log"
        self.command = [
            *(sys.executable, MANAGE, "serve"),
            *("--host", "127.0.0.1", "--port", str(self.port)),
        ]
        self.pass_fds: tuple[int, ...] = ()  # descriptors that the process gets under their numbers
        self._process: subprocess.Popen[bytes] | None = None
        self._hand: Hand | None = None
        self.env = os.environ | {
            "DJANGO_SETTINGS_MODULE": "chatsite.settings",
            "SITE_URL": self.url,
            "VAR_DIR": str(var_dir),
            "DATABASE_URL": _sqlite(var_dir),
            "RATE_LIMITS": "false",
            "EMAIL_URL": "dummymail://",
            "METRICS_TOKEN": METRICS_TOKEN,
            "PYTHONUNBUFFERED": "1",
            "PYTHONWARNINGS": "default",
            **env,
        }

    def prepare(self) -> None:
        """A migrated database and collected static files, as `make run` leaves them."""
        prepared = from_store("prepared", lambda folder: Server(folder)._prepare())
        if prepared is None:
            self._prepare()
            return
        shutil.copytree(prepared, self.var_dir, ignore=lambda *_: {"static"}, dirs_exist_ok=True)
        # Two thousand files that nobody changes: to copy them takes longer than to start a process.
        (self.var_dir / "static").symlink_to(prepared / "static")
        if self.env["DATABASE_URL"] != _sqlite(self.var_dir):
            self.manage("prepare")

    def manage(self, *command: str, stdin: str = "") -> str:
        """Runs a management command on this server's database; its output."""
        result = subprocess.run(
            [sys.executable, MANAGE, *command],
            env=self.env,
            capture_output=True,
            text=True,
            check=False,
            input=stdin,
        )
        assert result.returncode == 0, f"{command[0]} failed: {result.stdout}{result.stderr}"
        return result.stdout

    def run(self, code: str) -> str:
        """Runs Python on this server's data, beside it and under its settings; what it printed."""
        self._hand = self._hand or Hand(self.env)
        return self._hand.do(code)

    def start(self) -> None:
        """Starts and waits until it answers."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self.command,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=self.pass_fds,
            )
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if not self.is_running or time.monotonic() > deadline:
                self.kill()
                raise AssertionError(f"the server did not start:\n{self.log.read_text()}")
            time.sleep(POLL_SECONDS)

    def kill(self) -> None:
        """No warning, no last words."""
        self._end(signal.SIGKILL)

    def terminate(self) -> int:
        """Asks it to end, as a service manager does; its exit code."""
        return self._end(signal.SIGTERM)

    def interrupt(self) -> int:
        """Ctrl-C; its exit code."""
        return self._end(signal.SIGINT)

    def close(self) -> None:
        """For good, with all that works for it."""
        if self.is_running:
            self.terminate()
        if self._hand:
            self._hand.end()
            self._hand = None

    def send_signal(self, sign: signal.Signals) -> None:
        """Only sends it."""
        assert self._process
        self._process.send_signal(sign)

    def ended(self, within: float = STOP_SECONDS) -> int:
        """Waits for its end; its exit code."""
        assert self._process
        return self._process.wait(within)

    def ensure_running(self) -> None:
        if not self.is_running:
            self.start()

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        assert self._process
        return self._process.pid

    @contextmanager
    def without_complaints(self) -> Iterator[None]:
        """Fails when a traceback or one of Python's warnings was logged meanwhile."""
        start = self.log.stat().st_size
        yield
        logged = self.log.read_bytes()[start:].decode(errors="replace")
        assert not re.search(r"Traceback|\w+Warning: ", logged), f"the server logged:\n{logged}"

    def _prepare(self) -> None:
        self.manage("collectstatic", "--no-input", "--verbosity=0")
        self.manage("prepare")

    def _end(self, sign: signal.Signals) -> int:
        assert self._process
        self._process.send_signal(sign)
        try:
            return self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            raise

    def _answers(self) -> bool:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(f"{self.url}/healthz", timeout=1):
                return True
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False


def _sqlite(var_dir: Path) -> str:
    return f"sqlite:///{var_dir / 'chat.sqlite3'}"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
