"""SQLite's own checks of its file. PostgreSQL has `pg_amcheck` for that, which needs rights of its own."""

from collections.abc import Iterator

from django.db import connection

from .finding import BEYOND_REPAIR, Finding


def check() -> Iterator[Finding]:
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        # Not quick_check: it would believe an index that its table contradicts.
        cursor.execute("PRAGMA integrity_check")
        for (line,) in cursor:
            if line != "ok":
                yield Finding("file", f"{line}; {BEYOND_REPAIR}")
        cursor.execute("PRAGMA foreign_key_check")
        for table, row_id, parent, _ in cursor:
            detail = f"row {row_id} of {table} names a row of {parent} that is not there"
            yield Finding("foreign_key", f"{detail}; {BEYOND_REPAIR}")
