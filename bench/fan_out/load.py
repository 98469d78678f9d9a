"""Drives `load.c`: a line goes in, a line of JSON comes out."""

import json
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .cores import LOAD_CORE, SERVER_CORE, on_core
from .programs import compile_c

PARALLEL_HANDSHAKES = 32
PATIENCE_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Wire:
    """How one server is talked to: what is sent in turn, each with its @TAG@; `marker` is in each event."""

    messages: list[str]
    marker: str
    hello: bytes = b""
    ready: str = ""


@dataclass(frozen=True, slots=True)
class Client:
    port: int
    path: str = "/"
    fields: str = ""

    def line(self) -> str:
        return f"{self.port} {self.path} {self.fields}"


@dataclass(frozen=True, slots=True)
class Window:
    """What a turn came to between its warm-up and the end of sending. CPU in seconds, by process."""

    seconds: float
    events: int
    frames: int
    bytes: int
    sent: int
    all_sent: int
    members: int
    deflating: int
    behind: int
    complete: bool
    load_cpu: float
    load_core_busy: float
    server_core_busy: float
    cpu: list[float]
    microseconds: list[float]

    @property
    def rate(self) -> float:
        """Deliveries a second."""
        return self.events / self.seconds

    def shares(self, servers: int) -> dict[str, float]:
        """How busy the cores were: by the server's own processes, by others beside them, and the load's."""
        server = sum(self.cpu[:servers]) / self.seconds
        return {
            "server_busy": round(server, 3),
            "others_busy": round(max(0.0, self.server_core_busy - server), 3),
            "load_busy": round(self.load_core_busy, 3),
        }


class Load:
    def __init__(self, process: "subprocess.Popen[str]", folder: Path, patience: float) -> None:
        self._process = process
        self._folder = folder
        self._set("patience", str(patience))

    def open(self, clients: Sequence[Client], wire: Wire, pids: Sequence[int]) -> Window:
        """Connects, in the order given, and waits until every client has its welcome."""
        self._set("marker", wire.marker)
        self._ask(f"messages {self._write('messages', wire.messages)}")
        self._set("ready", wire.ready)
        self._set("hello", wire.hello.hex())
        self._set("pids", " ".join(map(str, pids)))
        self._set("load_core", f"cpu{LOAD_CORE}")
        self._set("server_core", f"cpu{SERVER_CORE}")
        dialled = self._write("clients", [client.line() for client in clients])
        return self._window(f"open {dialled} {PARALLEL_HANDSHAKES}")

    def saturate(self, *, senders: int, flight: int, warmup: float, seconds: float) -> Window:
        """`flight` messages are always under way; the senders take turns."""
        return self._window(f"saturate {senders} {flight} {warmup} {seconds}")

    def lockstep(self, *, senders: int, warmup: float, seconds: float) -> Window:
        """Each sender sends its next message when it has been told its last."""
        return self._window(f"lockstep {senders} {warmup} {seconds}")

    def pace(self, *, senders: int, rate: int, seconds: float) -> Window:
        """Evenly spaced; `microseconds` has each message's time to its last member."""
        return self._window(f"pace {senders} {rate} {seconds}")

    def rest(self, seconds: float) -> Window:
        return self._window(f"rest {seconds}")

    def _write(self, name: str, lines: Sequence[str]) -> Path:
        path = self._folder / name
        path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        return path

    def _set(self, name: str, value: str) -> None:
        self._ask(f"set {name} {value}")

    def _window(self, command: str) -> Window:
        return Window(**{"microseconds": [], **self._ask(command)})

    def _ask(self, command: str) -> dict[str, Any]:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(command + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise BrokenLoad(f"the load ended at `{command[:40]}`")
        found: dict[str, Any] = json.loads(answer)
        return found


class BrokenLoad(Exception):
    """A connection was lost or refused: this turn has no figure."""


@contextmanager
def loading(folder: Path, patience: float = PATIENCE_SECONDS) -> Iterator[Load]:
    """A load on its own core; leaving it drops its connections.

    What has not arrived so many seconds after the last message was sent counts as lost.
    """
    with on_core(LOAD_CORE):
        process = subprocess.Popen(
            [compile_c("load")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
    try:
        yield Load(process, folder, patience)
    finally:
        process.kill()
        process.communicate()
