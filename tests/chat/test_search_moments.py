from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import User
from chat.models import Message, Room
from chat.search.moments import first_id_at
from tests.chat.stored import store

pytestmark = pytest.mark.django_db(transaction=True)

NOON = datetime(2026, 2, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
ID = 10**9  # higher than any that another test was given
STORED = {ID: 0, ID + 10: 0, ID + 20: 1, ID + 4_000: 2}


@pytest.fixture
def stored(room: Room, alice: User) -> None:
    """At these minutes after noon; nobody has the numbers between them."""
    for minutes in STORED.values():
        store(room, alice, "tea", at=NOON + minutes * MINUTE)
    # Only now: SQLite goes on counting from the highest that it has seen inserted, in later tests too.
    for seq, pk in enumerate(STORED, 1):
        Message.objects.filter(room=room, seq=seq).update(id=pk)


@pytest.mark.usefixtures("stored")
@pytest.mark.parametrize(
    ("minutes", "expected"),
    [(-1, 1), (0, 1), (0.5, ID + 11), (1, ID + 11), (1.5, ID + 21), (2, ID + 21), (3, ID + 4_001)],
)
def test_from_the_first_id_on_nothing_is_earlier(minutes: float, expected: int) -> None:
    assert first_id_at(NOON + minutes * MINUTE, max(STORED)) == expected


def test_where_there_is_nothing_it_is_the_first(db: None) -> None:
    assert first_id_at(NOON, 0) == 1
