"""Management commands as an operator runs them, in this process or in one of their own."""

import os
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from tests.server import MANAGE


def run(*arguments: str) -> str:
    """What it writes. Raises `CommandError` where it ends with another exit code than 0."""
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def refusal(*arguments: str) -> tuple[int, str]:
    """The exit code and the line that says why."""
    with pytest.raises((CommandError, SystemExit)) as refusal:
        call_command(*arguments, stdout=StringIO())
    error = refusal.value
    if isinstance(error, SystemExit):
        return int(error.code or 0), ""
    assert isinstance(error, CommandError)
    assert "\n" not in str(error)
    return error.returncode, str(error)


def run_apart(
    *arguments: str, file_bytes: int | None = None, env: Mapping[str, str] | None = None
) -> "subprocess.CompletedProcess[str]":
    """In a process of its own, on the tests' database; no file of it may grow beyond `file_bytes`."""
    return subprocess.run(
        [sys.executable, MANAGE, *arguments],
        env=os.environ | {"DATABASE_URL": database_url(), **(env or {})},
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=None if file_bytes is None else _bounding(file_bytes),
    )


def begin_the_log_anew() -> None:
    """What a process writes next is then at the beginning of SQLite's log, within what files may grow to."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()


def run_on_a_terminal(*arguments: str, env: Mapping[str, str]) -> str:
    """What a process of its own, on the database of `env`, shows on a terminal."""
    ours, theirs = os.openpty()
    with subprocess.Popen(
        [sys.executable, MANAGE, *arguments], env=os.environ | env, stdout=theirs, stderr=theirs
    ):
        os.close(theirs)
        shown = b"".join(iter(lambda: _read(ours), b""))
    os.close(ours)
    return shown.decode()


def database_url() -> str:
    """That of the tests' database, which is in a file or on a server of theirs."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/{name}"


def interrupting(work: Callable[..., object], after: int) -> Callable[..., object]:
    """The same work; the call that comes after so many is ended by Ctrl-C."""
    left: Iterator[int] = iter(range(after))

    def interrupted(*arguments: object, **named: object) -> object:
        if next(left, None) is None:
            raise KeyboardInterrupt
        return work(*arguments, **named)

    return interrupted


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65_536)
    except OSError:  # nobody writes there any more
        return b""


def _bounding(file_bytes: int) -> Callable[[], None]:
    def bound() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (file_bytes, file_bytes))

    return bound
