"""SQLite plans without knowing how much there is: what waits is found by what waits, not by what was said."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chat.models import Room
from chat.reported import waiting_in

pytestmark = pytest.mark.django_db


def test_what_waits_is_found_by_its_room(room: Room) -> None:
    with CaptureQueriesContext(connection) as captured:
        waiting_in([room.pk])
    steps = [step for query in captured for step in plan(query["sql"])]
    searches = [step for step in steps if "report" in step]
    assert ["report_in_room (room_id=?" in step for step in searches] == [True, True], steps
    (lookup,) = [step for step in steps if "chat_message" in step]
    assert "rowid=?" in lookup


def plan(sql: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        return [row[-1] for row in cursor.fetchall()]
