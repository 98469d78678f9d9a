"""What `make run` says on a machine that cannot run us: one line, a failure and no traceback."""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MakeRun = Callable[..., str]


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """As much of a fresh clone as is looked at before anything is installed."""
    for name in ["Makefile", "chatsite/preflight.sh", "chatsite/preflight.py"]:
        target = tmp_path / "clone" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, target)
    (tmp_path / "clone/static").mkdir()
    return tmp_path / "clone"


@pytest.fixture
def make_run(clone: Path) -> MakeRun:
    """Runs `make run`, which must fail; the one line that it says."""

    def run(**variables: str) -> str:
        settings = [f"{name}={value}" for name, value in variables.items()]
        env = {name: os.environ[name] for name in ("HOME", "PATH") if name in os.environ}
        result = subprocess.run(
            ["make", "--no-print-directory", "run", f"PYTHON={sys.executable}", *settings],
            cwd=clone,
            env=env,
            check=False,
            capture_output=True,
            text=True,
            timeout=30,
        )
        assert result.returncode != 0
        (line,) = (result.stdout + result.stderr).splitlines()
        return line

    return run


@pytest.fixture
def taken_port() -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield str(listener.getsockname()[1])


def fake_python(folder: Path, script: str) -> str:
    path = folder / "python"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


def test_an_old_python_is_named(make_run: MakeRun, tmp_path: Path) -> None:
    old = fake_python(tmp_path, "echo Python 3.9.2")
    assert f"Python 3.11 or newer is needed, and {old} is 3.9.2" in make_run(PYTHON=old)


def test_a_missing_python_is_named(make_run: MakeRun) -> None:
    assert "python3.99 does not run here" in make_run(PYTHON="python3.99")


def test_a_python_without_venv_is_named(make_run: MakeRun, tmp_path: Path) -> None:
    bare = fake_python(tmp_path, "case $1 in --version) echo Python 3.11.2;; *) exit 1;; esac")
    assert "lacks its venv module" in make_run(PYTHON=bare)


def test_a_taken_port_is_named(make_run: MakeRun, taken_port: str) -> None:
    assert f"Port {taken_port} of 127.0.0.1 is taken" in make_run(PORT=taken_port)


@pytest.mark.parametrize("port", ["", "0", "65536", "http", "-1"])
def test_a_port_that_is_none_is_refused(make_run: MakeRun, port: str) -> None:
    assert "PORT must be a number from 1 to 65535" in make_run(PORT=port)


def test_a_host_that_is_not_ours_is_refused(make_run: MakeRun) -> None:
    assert "Cannot listen on 192.0.2.1" in make_run(HOST="192.0.2.1", PORT="1025")


def test_a_folder_that_cannot_be_written_to_is_named(make_run: MakeRun, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    line = make_run(VAR_DIR=str(tmp_path / "file/var"))
    assert f"The folder of the data cannot be written to: {tmp_path}/file/var" in line


def test_what_it_keeps_is_nobody_elses(clone: Path) -> None:
    (clone / ".venv/bin").mkdir(parents=True)
    fake_python(clone / ".venv/bin", "echo $2: $(umask)")
    made = [f"--old-file={name}" for name in ("preflight", ".venv/runtime.stamp", ".env")]
    command = ["make", "--no-print-directory", *made, "run"]
    result = subprocess.run(command, cwd=clone, check=True, capture_output=True, text=True)
    assert result.stdout.splitlines()[-2:] == ["prepare: 0077", "serve: 0077"]
