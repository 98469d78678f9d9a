"""Firefox and WebKit, each driven by what it brings along for that.

Both know the commands of WebDriver (https://www.w3.org/TR/webdriver2/): WebKit's driver takes them over HTTP,
Firefox on a socket of its own (Marionette), where a packet is JSON with its length before it.
"""

import itertools
import json
import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import pytest

from tests.server import POLL_SECONDS, free_port

START_SECONDS = 120.0  # of a browser, on a machine that is busy with other things too


class DriverError(Exception):
    """A command was refused: what it is about is not there, or not yet."""


class Driver(Protocol):
    def command(self, name: str, **fields: Any) -> Any: ...


class Marionette:
    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), START_SECONDS)
        self._stream = self._socket.makefile("rb")
        self._ids = itertools.count(1)
        self._read()  # its greeting
        self.command("NewSession", capabilities={})

    def command(self, name: str, **fields: Any) -> Any:
        packet = json.dumps([0, next(self._ids), f"WebDriver:{name}", fields]).encode()
        self._socket.sendall(b"%d:%b" % (len(packet), packet))
        _, _, error, result = self._read()
        if error:
            raise DriverError(error["error"], error["message"])
        return result.get("value")

    def close(self) -> None:
        self._stream.close()
        self._socket.close()

    def _read(self) -> Any:
        length = b""
        while (digit := self._stream.read(1)) != b":":
            assert digit, "Firefox is gone"
            length += digit
        return json.loads(self._stream.read(int(length)))


class WebDriver:
    PATHS = {
        "Navigate": "/url",
        "ExecuteScript": "/execute/sync",
        "FindElement": "/element",
        "ElementClick": "/element/{id}/click",
        "ElementSendKeys": "/element/{id}/value",
        "PerformActions": "/actions",
        "SetWindowRect": "/window/rect",
    }

    def __init__(self, port: int) -> None:
        self._base = f"http://127.0.0.1:{port}/session"
        session = self._post("", capabilities={})
        self._base += f"/{session['sessionId']}"

    def command(self, name: str, **fields: Any) -> Any:
        return self._post(self.PATHS[name].format(id=fields.pop("id", "")), **fields)

    def _post(self, path: str, **fields: Any) -> Any:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            body = json.dumps(fields).encode()
            with opener.open(self._base + path, body, START_SECONDS) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as refusal:
            with refusal:
                error = json.load(refusal)["value"]
                raise DriverError(error["error"], error["message"]) from None


@contextmanager
def firefox(folder: Path) -> Iterator[Driver]:
    program = _find("firefox-esr", "firefox", package="firefox-esr")
    (folder / "user.js").write_text('user_pref("marionette.port", 0);')  # one that is free
    command = [program, "--headless", "--marionette", "--profile", str(folder)]
    with _running(command, folder / "log"):
        driver = Marionette(_first(lambda: int((folder / "MarionetteActivePort").read_text())))
        yield driver
        driver.close()


@contextmanager
def webkit(folder: Path) -> Iterator[Driver]:
    program = _find("WebKitWebDriver", package="webkit2gtk-driver")
    screen = _find("Xvfb", package="xvfb")
    port = free_port()
    with (folder / "display").open("w") as display:
        command = [screen, "-displayfd", str(display.fileno()), "-nolisten", "tcp"]
        with _running(
            [*command, "-screen", "0", "1600x1200x24"], folder / "xvfb.log", display.fileno()
        ):
            number = _first(lambda: int((folder / "display").read_text()))
            with _running([program, f"--port={port}"], folder / "log", DISPLAY=f":{number}"):
                _first(lambda: socket.create_connection(("127.0.0.1", port)).close())
                yield WebDriver(port)


def _find(*names: str, package: str) -> str:
    for name in names:
        if path := shutil.which(name):
            return path
    pytest.skip(f"{names[0]} is not installed; on Debian: apt install {package}")


@contextmanager
def _running(command: list[str], log: Path, *kept: int, **env: str) -> Iterator[None]:
    """With all that it starts."""
    with log.open("wb") as file:
        process = subprocess.Popen(
            command,
            env=os.environ | env,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
            pass_fds=kept,
            start_new_session=True,
        )
    try:
        yield
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _first(look: Callable[[], Any]) -> Any:
    """What it finds once it is there."""
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            return look()
        except (OSError, ValueError):
            assert time.monotonic() < deadline, "the browser did not start"
            time.sleep(POLL_SECONDS)
