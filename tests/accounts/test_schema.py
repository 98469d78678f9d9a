"""Whether the database is that of this version, as readiness, commands and monitors ask."""

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from accounts.schema import missing_migrations

pytestmark = pytest.mark.django_db


def test_a_prepared_database_lacks_nothing() -> None:
    assert missing_migrations() == []


def test_what_is_missing_is_named_in_order() -> None:
    recorder = MigrationRecorder(connection)
    applied = sorted(recorder.applied_migrations())
    gone = [applied[-1], applied[0]]
    for app, name in gone:
        recorder.record_unapplied(app, name)
    assert missing_migrations() == [f"{app}.{name}" for app, name in sorted(gone)]
