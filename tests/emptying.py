"""How the tests' database is emptied after a test that commits.

Django's own way truncates every table, then makes permissions and content types anew: longer work than most
of these tests are. Here the few tables with rows in them lose those, and what migrations have made stays.
"""

from functools import cache

from django.db import connection, transaction

OF_MIGRATIONS = {"auth_permission", "django_content_type", "django_migrations"}


def empty_database() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Waits for what others are about to commit, as TRUNCATE does; then keys need no looking after.
            cursor.execute(f"LOCK TABLE {', '.join(_tables())} IN SHARE ROW EXCLUSIVE MODE")
            cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(_filled())
        for (table,) in cursor.fetchall():
            cursor.execute(f"DELETE FROM {table}")  # noqa: S608 - a name of ours


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
