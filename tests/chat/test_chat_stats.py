import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine

from accounts.models import User
from chat.models import Message, Room
from tests.chat.operating import refusal, run
from tests.chat.stored import store
from tests.chat.uploading import upload
from tests.people import make_direct

NOW = datetime(2026, 2, 1, 15, tzinfo=UTC)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    """It stands, far from midnight."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def talk(room: Room, alice: User, bob: User, carol: User, media: Path) -> Room:
    """A message of a month ago, two of yesterday, three of today."""
    for days, number in ((30, 1), (1, 2), (0, 3)):
        store(room, alice, *["hello"] * number, at=NOW - timedelta(days=days))
    upload(alice, room, b"12345")
    make_direct(alice, bob)
    User.objects.filter(pk=carol.pk).update(is_active=False)
    User.objects.filter(pk=bob.pk).update(last_seen=NOW)
    return room


def test_it_counts(talk: Room) -> None:
    found = json.loads(run("chat_stats", "--days", "3", "--json"))
    assert found["people"] == {"active": 2, "deactivated": 1, "owners": 0, "seen": 1}
    assert found["rooms"] == {"public": 1, "private": 1, "direct": 1, "archived": 0}
    assert found["messages"] == Message.objects.count() == 6
    assert list(found["by_day"].values()) == [0, 2, 3]
    database = found["storage"].pop("database_bytes")
    assert database > 0
    assert found["storage"] == {"files": 1, "file_bytes": 5, "unsent": 1}


def test_it_says_so_to_people(talk: Room) -> None:
    text = run("chat_stats")
    assert "People    2 active, 1 of them here in these days\n" in text
    assert "Messages  6\n" in text


def test_an_empty_site_has_nothing(db: None) -> None:
    found = json.loads(run("chat_stats", "--json"))
    assert (found["messages"], set(found["by_day"].values())) == (0, {0})


@pytest.mark.parametrize("days", ["0", "367", "-1"])
def test_bad_input_is_refused(db: None, days: str) -> None:
    assert refusal("chat_stats", f"--days={days}") == (2, "--days is from 1 to 366.")
