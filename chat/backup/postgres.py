"""PostgreSQL's database by its own programs, which know all that a schema can hold."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

from django.db import connection

from chat.errors import Conflict, Unavailable


def dump(path: Path, tick: Callable[[float], None]) -> None:
    _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={path}")
    tick(1)


def is_empty() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT NOT EXISTS (SELECT 1 FROM pg_tables WHERE schemaname = current_schema())"
        )
        return bool(cursor.fetchone()[0])


def load(path: Path) -> None:
    """All of it or nothing."""
    name = connection.settings_dict["NAME"]
    # One statement of it may well be longer than what the chat allows itself.
    _run(
        "pg_restore",
        *("--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error"),
        *(f"--dbname={name}", str(path)),
    )


def folder() -> Path:
    return Path(tempfile.gettempdir())


def _run(program: str, *arguments: str) -> None:
    if shutil.which(program) is None:
        raise Unavailable(
            f"{program} is not installed: it comes with PostgreSQL's client programs."
        )
    result = subprocess.run(
        [program, "--no-password", *arguments],
        env=os.environ | _environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode:
        raise Conflict(f"{program} failed: {' '.join(result.stderr.split())}")


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
