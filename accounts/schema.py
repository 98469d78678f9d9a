"""Whether the database is that of this version."""

from functools import cache

from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder


def missing_migrations() -> list[str]:
    """`app.name` of those that this version takes for granted and the database has not had, in order."""
    applied = MigrationRecorder(connection).applied_migrations()  # of an empty database, none
    return [f"{app}.{name}" for app, name in sorted(_known() - applied.keys())]


@cache
def _known() -> frozenset[tuple[str, str]]:
    """Those of this version. Reading them takes tens of milliseconds and they do not change while it runs."""
    return frozenset(MigrationLoader(None).graph.nodes)
