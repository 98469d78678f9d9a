from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from chat.actions.rooms import add_member
from chat.models import Membership, Message, Room
from tests.chat.stored import store
from tests.chat.verifying import details, findings
from tests.people import make_direct

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def talk(room: Room, alice: User) -> None:
    store(room, alice, "one", "two", "three")
    room.refresh_from_db()


def set_room(room: Room, **values: object) -> None:
    Room.objects.filter(pk=room.pk).update(**values)


def set_bob(room: Room, bob: User, **values: object) -> None:
    assert Membership.objects.filter(room=room, user=bob).update(**values)


@pytest.mark.parametrize("count", [0, 1, 3])
def test_a_wrong_number_of_members_is_found(room: Room, count: int) -> None:
    set_room(room, member_count=count)
    assert findings() == [("member_count", None)]
    assert f"member_count is {count}, but 2 are members" in details()


def test_those_who_left_are_not_counted(room: Room, bob: User) -> None:
    set_bob(room, bob, left_at=timezone.now())
    assert findings() == [("member_count", None)]
    set_room(room, member_count=1)
    assert findings() == []


def test_a_wrong_time_of_the_last_message_is_found(room: Room) -> None:
    assert room.last_message_at
    set_room(room, last_message_at=room.last_message_at + timedelta(milliseconds=1))
    assert findings() == [("last_message_at", None)]


def test_a_missing_time_of_the_last_message_is_found(room: Room) -> None:
    set_room(room, last_message_at=None)
    assert findings() == [("last_message_at", None)]


def test_a_time_of_a_last_message_where_there_never_was_one_is_found() -> None:
    Room.objects.filter(slug="general").update(last_message_at=timezone.now())
    assert findings() == [("last_message_at", None)]


def test_a_lost_last_message_leaves_its_time_alone(room: Room) -> None:
    """It is all that is known of it."""
    Message.objects.filter(room=room, seq=3).delete()
    assert findings() == [("seq", 3)]


def test_a_message_above_the_last_number_is_found(room: Room) -> None:
    set_room(room, last_seq=2)
    assert ("last_seq", 3) in findings()


def test_a_read_pointer_beyond_the_last_message_is_found(room: Room, bob: User) -> None:
    set_bob(room, bob, read_seq=4)
    assert findings() == [("read_seq", None)]
    assert f"user {bob.pk} has read up to 4, but last_seq is 3" in details()


def test_a_read_pointer_at_the_last_message_is_as_it_should_be(room: Room, bob: User) -> None:
    set_bob(room, bob, read_seq=3)
    assert findings() == []


def test_a_stranger_in_a_direct_room_is_found(alice: User, bob: User, carol: User) -> None:
    direct = make_direct(alice, bob)
    assert findings() == []
    add_member(direct.pk, carol)
    assert findings() == [("direct_key", None)]


def test_a_direct_room_that_lost_a_person_is_found(alice: User, bob: User) -> None:
    direct = make_direct(alice, bob)
    Membership.objects.filter(room=direct, user=bob).delete()
    set_room(direct, member_count=1)
    assert findings() == [("direct_key", None)]
    assert f"its people are {alice.pk};" in details()


def test_who_left_a_direct_room_is_one_of_its_people_still(alice: User, bob: User) -> None:
    direct = make_direct(alice, bob)
    Membership.objects.filter(room=direct, user=bob).update(left_at=timezone.now())
    set_room(direct, member_count=1)
    assert findings() == []
