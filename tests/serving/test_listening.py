"""Where it listens, and how one process takes over from another."""

import asyncio
import os
import secrets
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.activation import activated
from tests.client import Visitor
from tests.server import MANAGE, Server
from tests.serving import wire
from tests.serving.conftest import Serve
from tests.serving.talk import Talk, stored

CLIENTS = 20


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0), backlog=1024) as listener:
        yield listener


def behind(listener: socket.socket, data: Server) -> Server:
    """A process that gets the socket by its descriptor."""
    server = Server(data.var_dir)
    server.port = listener.getsockname()[1]
    server.url = f"http://127.0.0.1:{server.port}"
    server.env["SITE_URL"] = server.url
    server.pass_fds = (listener.fileno(),)
    server.command += ["--fd", str(listener.fileno())]
    return server


async def test_a_reload_refuses_nobody_and_loses_nothing(
    server: Server, listener: socket.socket
) -> None:
    """As a service manager does it: the new process is there before the old one goes."""
    old, new = behind(listener, server), behind(listener, server)
    await asyncio.to_thread(old.start)
    visitor = Visitor(old.url)
    await asyncio.to_thread(visitor.sign_up, f"reload{secrets.token_hex(3)}")
    talk = Talk(visitor)
    people = [asyncio.create_task(talk.go_on()) for _ in range(CLIENTS)]
    try:
        await talk.until_said(100)
        await asyncio.to_thread(new.start)
        assert await asyncio.to_thread(old.terminate) == 0
        await talk.until_said(100)
        talk.is_over = True
        await asyncio.gather(*people)
    finally:
        codes = [process.terminate() for process in (old, new) if process.is_running]
    assert codes == [0]
    assert talk.goodbyes == CLIENTS
    assert talk.acknowledged <= stored(server)


async def test_a_restart_behind_a_socket_makes_newcomers_wait(
    server: Server, listener: socket.socket
) -> None:
    """As systemd does it: for a while nobody accepts, and the kernel keeps who knocks."""
    old, new = behind(listener, server), behind(listener, server)
    old.start()
    assert old.terminate() == 0
    with wire.connect(new) as newcomer:
        newcomer.sendall(wire.request(new))
        new.start()
        assert wire.read(newcomer).status == 200
    assert new.terminate() == 0


def test_it_finds_the_socket_that_systemd_passes(server: Server, listener: socket.socket) -> None:
    process = behind(listener, server)
    process.command = activated([sys.executable, MANAGE, "serve"], listener)
    process.start()
    assert process.terminate() == 0


def test_a_socket_for_another_process_is_not_ours(serve: Serve) -> None:
    server = serve(LISTEN_FDS="1", LISTEN_PID="1")
    assert wire.ask(server, wire.request(server)).status == 200


def test_it_listens_on_a_unix_socket(server: Server, tmp_path: Path) -> None:
    """For owner and group, in the place of one that was left behind; the file goes with it."""
    unix = UnixServer(server.var_dir, tmp_path / "chat.sock")
    with socket.socket(socket.AF_UNIX) as left_behind:
        left_behind.bind(str(unix.path))
    unix.start()
    try:
        assert stat.S_IMODE(unix.path.stat().st_mode) == 0o660
        assert unix.ask("GET /accounts/login/") == 200
    finally:
        code = unix.terminate()
    assert code == 0
    assert not unix.path.exists()


class UnixServer(Server):
    def __init__(self, var_dir: Path, path: Path) -> None:
        super().__init__(var_dir)
        self.path = path
        self.command += ["--unix", str(path)]

    def ask(self, line: str) -> int:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(str(self.path))
            connection.sendall(wire.request(self, line))
            return wire.read(connection).status

    def _answers(self) -> bool:
        try:
            return self.ask("GET /healthz") == 200
        except OSError:
            return False


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--port", "99999"], "Cannot listen on 127.0.0.1:99999"),
        (["--host", "192.0.2.1"], "Cannot listen on 192.0.2.1:8000"),
        (["--host", "no.such.host.invalid"], "Cannot listen on no.such.host.invalid:8000"),
        (["--fd", "77"], "Cannot listen on descriptor 77"),
        (["--fd", "2"], "Cannot listen on descriptor 2"),
        (["--fd=-1"], "Cannot listen on descriptor -1"),
        (["--fd", "9" * 30], "Cannot listen on descriptor 999"),
        (["--unix", "/proc/chat.sock"], "Cannot listen on /proc/chat.sock"),
        (["--unix", MANAGE], f"Cannot listen on {MANAGE}: a file is there that is no socket"),
        (["--unix", "/tmp/" + "a" * 200], "Cannot listen on /tmp/aaa"),  # noqa: S108
        (["--cpu", "999"], "CPU: there is no core 999 here"),
    ],
)
def test_what_cannot_be_done_is_a_line(options: list[str], said: str) -> None:
    result = run(*options)
    assert result.returncode == 1
    (line,) = result.stderr.splitlines()
    assert said in line


def test_a_unix_socket_in_use_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "chat.sock"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen()
        assert "another process listens there" in run("--unix", str(path)).stderr
    assert path.exists()


@pytest.mark.parametrize(
    "option", [["--header-seconds", "0"], ["--max-unfinished", "many"], ["--cpu", "first"]]
)
def test_a_wrong_option_is_refused(option: list[str]) -> None:
    result = run(*option)
    assert result.returncode == 2
    assert option[0] in result.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    "setting",
    [
        ("HEADER_SECONDS", "0"),
        ("BODY_SECONDS", "1.5"),
        ("MAX_REQUEST_BYTES", "1 MiB"),
        ("MAX_UNFINISHED", "-1"),
        ("KEEP_ALIVE_SECONDS", "\u0661"),
        ("CPU", "all"),
        ("CLIENT_IP_HEADER", "X-Real-IP: 1"),
        ("CLIENT_IP_HEADER", "X-Forwarded-For"),
    ],
)
def test_a_wrong_setting_is_a_line(setting: tuple[str, str]) -> None:
    name, value = setting
    result = run(**{name: value})
    assert result.returncode == 1
    (line,) = result.stderr.splitlines()
    assert line.startswith(f"{name} must ")


def run(*options: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """`manage.py serve`, which must not come to serve."""
    return subprocess.run(
        [sys.executable, MANAGE, "serve", *options],
        env=os.environ | settings,
        check=False,
        capture_output=True,
        text=True,
        timeout=30,
    )
