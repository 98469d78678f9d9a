"""SQLite plans without knowing how much there is: what waits is found by what waits, not by what was said."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chat.models import Room
from chat.reported import waiting_in

pytestmark = pytest.mark.django_db


def test_what_waits_is_found_without_going_through_a_room(room: Room) -> None:
    with CaptureQueriesContext(connection) as captured:
        waiting_in([room.pk])
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN QUERY PLAN " + captured[0]["sql"])
        steps = [row[-1] for row in cursor.fetchall()]
    assert any("report_queue" in step for step in steps), steps
    (lookup,) = [step for step in steps if "chat_message" in step]
    assert "rowid=?" in lookup
