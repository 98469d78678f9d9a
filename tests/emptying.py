"""How the tests' database is emptied after a test that commits.

Django's own way truncates every table, then makes permissions and content types anew: longer work than most
of these tests are. Here the few tables with rows in them lose those, and what migrations have made stays.
"""

import threading
from concurrent.futures import ThreadPoolExecutor
from functools import cache

from django.db import connection, transaction

from chat import database

OF_MIGRATIONS = {"auth_permission", "django_content_type", "django_migrations"}
WAIT_SECONDS = 30.0


def empty_database() -> None:
    for threads in (database._readers, database._actors):
        _let_finish(threads)
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Waits for what others are about to commit, as TRUNCATE does; then keys need no looking after.
            cursor.execute(f"LOCK TABLE {', '.join(_tables())} IN SHARE ROW EXCLUSIVE MODE")
            cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(_filled())
        for (table,) in cursor.fetchall():
            cursor.execute(f"DELETE FROM {table}")  # noqa: S608 - a name of ours


def _let_finish(threads: ThreadPoolExecutor) -> None:
    """Waits for what nobody waits for any more, such as the poll of a hub that has ended.

    Between tests pytest-django refuses connections. A thread that is in a transaction then never gets its own
    out of it, and on SQLite nobody else could write, for as long as the tests go on.
    """
    meeting = threading.Barrier(database.THREADS + 1)
    if threads._threads:
        for _ in range(database.THREADS):
            threads.submit(meeting.wait, WAIT_SECONDS)
        meeting.wait(WAIT_SECONDS)


@cache
def _tables() -> list[str]:
    names = connection.introspection.django_table_names(only_existing=True, include_views=False)
    return sorted(set(names) - OF_MIGRATIONS)


@cache
def _filled() -> str:
    """A query for the tables that have rows."""
    return " UNION ALL ".join(
        f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {table})"  # noqa: S608 - a name of ours
        for table in _tables()
    )
