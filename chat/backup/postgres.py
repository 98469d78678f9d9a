"""PostgreSQL's database by its own programs, which know all that a schema can hold."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from django.db import connection

from chat.errors import Conflict, Unavailable

TICK_SECONDS = 0.5


def dump(path: Path, tick: Callable[[str], None]) -> None:
    """`tick` is told how much is done; nobody knows of how much: it comes compressed."""

    def tell(seconds: float) -> None:
        tick(f"{path.stat().st_size if path.exists() else 0:,} bytes")

    arguments = ("--format=custom", "--no-owner", "--no-privileges", f"--file={path}")
    _run("pg_dump", *arguments, tell=tell)


def is_empty() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT NOT EXISTS (SELECT 1 FROM pg_tables WHERE schemaname = current_schema())"
        )
        return bool(cursor.fetchone()[0])


def load(path: Path, tick: Callable[[str], None]) -> None:
    """All of it or nothing; `tick` is told for how long it has been at it."""
    name = connection.settings_dict["NAME"]
    # One statement of it may well be longer than what the chat allows itself.
    _run(
        "pg_restore",
        *("--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error"),
        *(f"--dbname={name}", str(path)),
        tell=lambda seconds: tick(f"{seconds:.0f} s"),
    )


def folder() -> Path:
    return Path(tempfile.gettempdir())


def _run(program: str, *arguments: str, tell: Callable[[float], None]) -> None:
    """`tell` gets the seconds since it began, again and again."""
    if shutil.which(program) is None:
        raise Unavailable(
            f"{program} is not installed: it comes with PostgreSQL's client programs."
        )
    with subprocess.Popen(
        [program, "--no-password", *arguments],
        env=os.environ | _environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            errors = _wait(process, tell)
        except BaseException:
            process.kill()
            raise
    if process.returncode:
        raise Conflict(f"{program} failed: {' '.join(errors.split())}")


def _wait(process: "subprocess.Popen[str]", tell: Callable[[float], None]) -> str:
    """What it complained of."""
    began = time.monotonic()
    while True:
        tell(time.monotonic() - began)
        try:
            return process.communicate(timeout=TICK_SECONDS)[1]
        except subprocess.TimeoutExpired:
            continue


def _environment() -> dict[str, str]:
    """Where the database is; not on the command line, which others can read."""
    settings = connection.settings_dict
    given = {
        "PGHOST": settings["HOST"],
        "PGPORT": settings["PORT"],
        "PGUSER": settings["USER"],
        "PGPASSWORD": settings["PASSWORD"],
        "PGDATABASE": settings["NAME"],
        "PGSSLMODE": settings["OPTIONS"].get("sslmode", ""),
        "PGSSLROOTCERT": settings["OPTIONS"].get("sslrootcert", ""),
    }
    return {name: str(value) for name, value in given.items() if value}
