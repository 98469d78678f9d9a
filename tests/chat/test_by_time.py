"""A place in a timeline is found by its time, through the index of seqs."""

import re
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from chat import errors, queries
from chat.by_time import first_seq_at
from chat.models import Message, Room
from tests.chat.filling import fill, seqs

pytestmark = pytest.mark.django_db

THROUGH_THE_INDEX = re.compile(r"message_once_per_seq|\(room_id=\? AND seq=\?\)")
BEGINNING = datetime(2026, 1, 31, 9, tzinfo=UTC)


@pytest.fixture
def minutes(room: Room, alice: User) -> Room:
    """Forty messages, two in each minute."""
    fill(room, alice, 40)
    for message in Message.objects.filter(room=room):
        message.at = BEGINNING + timedelta(minutes=(message.seq - 1) // 2)
        message.save(update_fields=["at"])
    return room


def test_it_finds_the_first_of_a_time_or_later(minutes: Room) -> None:
    for minute in range(19):
        at = BEGINNING + timedelta(minutes=minute)
        assert first_seq_at(minutes, at) == 2 * minute + 1
        assert first_seq_at(minutes, at + timedelta(seconds=1)) == 2 * minute + 3


def test_before_all_is_the_first_and_after_all_is_none(minutes: Room) -> None:
    assert first_seq_at(minutes, BEGINNING - timedelta(days=9)) == 1
    assert first_seq_at(minutes, BEGINNING + timedelta(days=9)) is None


def test_what_retention_removed_is_not_looked_at(minutes: Room) -> None:
    Room.objects.filter(pk=minutes.pk).update(first_seq=8)
    minutes.refresh_from_db()
    assert first_seq_at(minutes, BEGINNING) == 8


def test_an_empty_room_has_nothing(room: Room) -> None:
    assert first_seq_at(room, BEGINNING) is None


def test_a_page_of_history_begins_around_it(minutes: Room, alice: User) -> None:
    page = queries.history(alice.pk, minutes.pk, at=BEGINNING + timedelta(minutes=9), limit=5)
    assert seqs(page.messages) == [17, 18, 19, 20, 21]
    page = queries.history(alice.pk, minutes.pk, at=BEGINNING + timedelta(days=9), limit=5)
    assert seqs(page.messages) == [36, 37, 38, 39, 40]


def test_it_is_one_mark_of_several(minutes: Room, alice: User) -> None:
    with pytest.raises(errors.BadRequest):
        queries.history(alice.pk, minutes.pk, at=BEGINNING, around=3)


def test_an_outsider_learns_nothing(minutes: Room, carol: User) -> None:
    with pytest.raises(errors.NotFound):
        queries.history(carol.pk, minutes.pk, at=BEGINNING)


def test_each_step_goes_through_the_index_of_seqs(room: Room, alice: User) -> None:
    Message.objects.bulk_create(
        Message(
            room=room,
            seq=n,
            rev=n,
            created_rev=n,
            author=alice,
            client_id=uuid.uuid4(),
            at=BEGINNING + timedelta(minutes=n),
        )
        for n in range(1, 4_001)
    )
    room.last_seq = 4_000
    with CaptureQueriesContext(connection) as captured:
        assert first_seq_at(room, BEGINNING + timedelta(minutes=1_234)) == 1_234
    assert len(captured.captured_queries) == 3
    for query in captured.captured_queries:
        assert THROUGH_THE_INDEX.search(explain(query["sql"]))


def explain(sql: str) -> str:
    """The plan; PostgreSQL has to know how much there is."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ANALYZE chat_message")
        cursor.execute(f"EXPLAIN {'QUERY PLAN ' if connection.vendor == 'sqlite' else ''}{sql}")
        return "\n".join(str(row[-1]) for row in cursor.fetchall())
