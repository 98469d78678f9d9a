"""SQLite's database as one file: copied by its online backup, while others write."""

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

from django.db import connection

from chat.errors import Conflict

PAGES_AT_ONCE = 1_024


def dump(path: Path, tick: Callable[[str], None]) -> None:
    """`tick` is told how much is done.

    A read transaction holds the moment: without it each commit of another process would begin the copy anew.
    Writers are not held up by it.
    """
    connection.ensure_connection()
    source: sqlite3.Connection = connection.connection
    target = sqlite3.connect(path)
    try:
        source.execute("BEGIN")
        source.execute("SELECT 1 FROM sqlite_master").fetchone()
        source.backup(
            target,
            pages=PAGES_AT_ONCE,
            progress=lambda _, left, total: tick(f"{1 - left / max(total, 1):.0%}"),
        )
        target.execute("PRAGMA journal_mode=DELETE")  # all of it in the one file
    except sqlite3.Error as error:  # the disk may be full
        raise Conflict(f"The database could not be copied: {error}") from None
    finally:
        target.close()
        source.rollback()


def is_empty() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT NOT EXISTS (SELECT 1 FROM sqlite_master)")
        return bool(cursor.fetchone()[0])


def load(path: Path, tick: Callable[[str], None]) -> None:
    """Puts the file at `path` in the place of the empty database; on the same disk it is done at once."""
    name = Path(connection.settings_dict["NAME"])
    connection.close()
    for beside in ("-wal", "-shm"):
        name.with_name(name.name + beside).unlink(missing_ok=True)
    with path.open("rb") as file:
        os.fsync(file.fileno())
    path.replace(name)


def folder() -> Path:
    """Where a file has to be to take the database's place in one step."""
    return Path(connection.settings_dict["NAME"]).parent
