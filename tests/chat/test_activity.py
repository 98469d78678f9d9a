"""How much is said, and where: by ids, however many messages there are and whichever are missing."""

import itertools
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from chat import activity
from chat.activity import busiest_rooms, sent_between
from chat.models import Message, Room
from tests.chat.stored import store
from tests.people import make_direct, make_room

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)
HOURS = [NOON + timedelta(hours=n) for n in range(-24, 1)]


def fill(room: Room, author: User, *minutes: int) -> None:
    """A message at each of these minutes before noon, in this order, the short way."""
    taken = room.last_seq
    Message.objects.bulk_create(
        Message(
            room=room,
            seq=taken + number,
            rev=taken + number,
            created_rev=taken + number,
            kind=Message.Kind.SYSTEM,
            event={"name": "x"},
            author=author,
            at=NOON - timedelta(minutes=before),
        )
        for number, before in enumerate(minutes, 1)
    )


def counted(moments: list[datetime]) -> list[int]:
    """The slow way."""
    times = list(Message.objects.values_list("at", flat=True))
    spans = itertools.pairwise(moments)
    return [sum(begin <= at < end for at in times) for begin, end in spans]


@pytest.fixture
def general(alice: User) -> Room:
    """Without the messages that tell of its beginning."""
    room = make_room(alice)
    Message.objects.all().delete()
    return room


def test_it_counts_each_hour(general: Room, alice: User) -> None:
    random = Random(7)
    fill(general, alice, *sorted((random.randrange(3000) for _ in range(400)), reverse=True))
    assert sent_between(HOURS) == counted(HOURS)
    assert sum(counted(HOURS)) > 100


def test_a_moment_is_the_first_of_its_hour(general: Room, alice: User) -> None:
    fill(general, alice, 121, 120, 119, 60)
    assert sent_between(HOURS)[-3:] == [1, 2, 1]


def test_what_was_removed_does_not_lead_it_astray(general: Room, alice: User) -> None:
    """What has gone counts where ids say that it was: between two hours, never beyond."""
    fill(general, alice, *range(600, 0, -1))
    ids = list(Message.objects.order_by("pk").values_list("pk", flat=True))
    Message.objects.filter(pk__in=ids[120:540]).exclude(pk__in=ids[300:302]).delete()
    sent = sent_between(HOURS)
    assert sum(sent) <= 600
    assert (sent[-10], sent[-1]) == (60, 60)


def test_nothing_was_sent_where_there_is_nothing(db: None) -> None:
    Message.objects.all().delete()
    assert sent_between(HOURS) == [0] * 24


def test_many_hours_take_a_few_statements(general: Room, alice: User) -> None:
    fill(general, alice, *range(2000, 0, -1))
    with CaptureQueriesContext(connection) as queries:
        sent_between(HOURS)
    assert len(queries) <= 6


def test_the_busiest_rooms_come_first(alice: User, bob: User, general: Room) -> None:
    quiet = make_room(alice, name="Quiet")
    direct = make_direct(alice, bob)
    Message.objects.all().delete()
    store(quiet, alice, "one", at=NOON)
    store(direct, alice, *["psst"] * 5, at=NOON)
    store(general, alice, "old", at=NOON - timedelta(days=2))
    store(general, alice, "one", "two", at=NOON)
    found = busiest_rooms(NOON - timedelta(days=1), 8)
    assert [(busy.room, busy.messages) for busy in found] == [(general, 2), (quiet, 1)]


def test_only_the_latest_messages_are_looked_through(
    alice: User, general: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(activity, "LATEST", 3)
    store(general, alice, *["hello"] * 9, at=NOON)
    assert [busy.messages for busy in busiest_rooms(NOON, 8)] == [3]
