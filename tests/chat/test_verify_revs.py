import pytest
from django.db.models import F

from accounts.models import User
from chat.models import Membership, Message, Room
from chat.verify import pages, spans
from tests.chat.stored import store
from tests.chat.verifying import details, findings, unprotected

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "PAGE", 2)
    monkeypatch.setattr(spans, "SPAN", 2)


@pytest.fixture(autouse=True)
def talk(room: Room, alice: User) -> None:
    """Alice's membership has rev 1, Bob's 2, the messages have 3 to 9."""
    store(room, alice, *(f"message {n}" for n in range(1, 8)))
    room.refresh_from_db()


@pytest.mark.parametrize("rev", range(3, 10))
def test_a_membership_with_a_messages_rev_is_found(room: Room, bob: User, rev: int) -> None:
    Membership.objects.filter(room=room, user=bob).update(rev=rev)
    assert findings() == [("rev", None)]
    assert f"message {rev - 2} and of the membership of user {bob.pk};" in details() or (
        f"the membership of user {bob.pk} and of message {rev - 2};" in details()
    )


def test_two_memberships_with_one_rev_are_found(room: Room, bob: User) -> None:
    Membership.objects.filter(room=room, user=bob).update(rev=1)
    assert findings() == [("rev", None)]


@pytest.mark.parametrize("rev", [1, 2, 3, 6, 9])
def test_the_rooms_own_change_with_the_rev_of_another_is_found(room: Room, rev: int) -> None:
    Room.objects.filter(pk=room.pk).update(meta_rev=rev)
    assert findings() == [("rev", None)]
    assert "the room itself" in details()


def test_the_rooms_own_change_with_a_rev_of_its_own_is_as_it_should_be(room: Room) -> None:
    Room.objects.filter(pk=room.pk).update(last_rev=10, meta_rev=10)
    assert findings() == []


def test_another_room_may_have_the_same_revs(alice: User) -> None:
    store(Room.objects.get(slug="general"), alice, "first", "second")
    assert findings() == []


def test_what_was_changed_since_has_its_place_at_the_end(room: Room) -> None:
    Room.objects.filter(pk=room.pk).update(last_rev=F("last_rev") + 1)
    Message.objects.filter(room=room, seq=1).update(rev=room.last_rev + 1)
    assert findings() == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("rev", range(3, 10))
def test_two_messages_with_one_rev_are_found(room: Room, alice: User, rev: int) -> None:
    with unprotected("message_once_per_rev"):
        store(room, alice, "changed since")
        Message.objects.filter(room=room, seq=8).update(rev=rev, created_rev=rev)
        assert ("rev", None) in findings()
        assert f"rev {rev} is that of message {rev - 2} and of message 8;" in details()


def test_a_rev_above_the_last_is_found(room: Room) -> None:
    Message.objects.filter(room=room, seq=3).update(rev=room.last_rev + 5)
    assert findings() == [("last_rev", None)]
    assert f"numbers up to {room.last_rev + 5} are in use" in details()


def test_a_memberships_rev_above_the_last_is_found(room: Room, bob: User) -> None:
    Membership.objects.filter(room=room, user=bob).update(rev=room.last_rev + 1)
    assert findings() == [("last_rev", None)]


def test_the_rooms_own_rev_above_the_last_is_found(room: Room) -> None:
    Room.objects.filter(pk=room.pk).update(meta_rev=room.last_rev + 1)
    assert findings() == [("last_rev", None)]
