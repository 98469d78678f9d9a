"""SQLite's own checks of its file. PostgreSQL has `pg_amcheck` for that, which needs rights of its own."""

from collections.abc import Iterator

from django.db import connection

from .finding import BEYOND_REPAIR, Finding


def check(*, is_thorough: bool) -> Iterator[Finding]:
    """Else it believes an index that its table contradicts; to hold each row against each index takes as long
    as all other checks together."""
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA integrity_check" if is_thorough else "PRAGMA quick_check")
        for (line,) in cursor:
            if line != "ok":
                yield Finding("file", f"{line}; {BEYOND_REPAIR}")
        cursor.execute("PRAGMA foreign_key_check")
        for table, row_id, parent, _ in cursor:
            detail = f"row {row_id} of {table} names a row of {parent} that is not there"
            yield Finding("foreign_key", f"{detail}; {BEYOND_REPAIR}")
