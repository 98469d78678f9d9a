"""The writer's transaction as the database sees it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction

from accounts.models import User
from chat import errors
from chat.message_sql import postgres, sqlite
from chat.models import Membership, Room
from tests.chat.sending import say
from tests.chat.writing import wait_until, waiting_for_a_lock

pytestmark = pytest.mark.django_db(transaction=True)


def test_it_sees_what_was_committed_while_it_waited_for_the_room(bob: User, room: Room) -> None:
    with ThreadPoolExecutor(1) as threads:
        with transaction.atomic():
            Room.objects.select_for_update(no_key=True).get(pk=room.pk)
            sending = threads.submit(say, bob, room)
            wait_until(lambda: waiting_for_a_lock() > 0)
            Membership.objects.filter(room=room, user=bob).update(left_at=datetime.now(UTC))
        with pytest.raises(errors.NotFound):
            sending.result(timeout=10)


def test_no_statement_reads_a_whole_table(db: None) -> None:
    dialect = postgres if connection.vendor == "postgresql" else sqlite
    statements = {
        name: text
        for name, text in vars(dialect).items()
        if name.isupper() and isinstance(text, str)
    }
    assert len(statements) == (12 if connection.vendor == "postgresql" else 13)
    assert {name: plan for name, text in statements.items() if scans(plan := explain(text))} == {}


def explain(statement: str) -> str:
    values = [
        "[]" if before.endswith("json_to_recordset(") else "{NULL}"
        for before in statement.split("%s")[:-1]
    ]
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":  # it would scan a table this small
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute(f"EXPLAIN {statement}", values)
        else:
            cursor.execute(f"EXPLAIN QUERY PLAN {statement}", values)
        return "\n".join(str(row[-1]) for row in cursor.fetchall())


def scans(plan: str) -> bool:
    return any(
        line.strip(" ->").startswith(("SCAN chat", "SCAN acc", "Seq")) for line in plan.splitlines()
    )
