"""The snapshot a connection starts from: whom and what it names, and what many at once cost."""

from collections.abc import Iterable
from datetime import UTC, datetime

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from chat import welcomes
from chat.actions.rooms import add_member
from chat.models import Block, Membership, Message, Room
from chat.protocol import shapes
from chat.welcomes import welcome, welcome_all
from tests.chat.filling import fill
from tests.people import make_direct, make_person, make_room

pytestmark = pytest.mark.django_db


def test_it_names_the_reader_and_only_their_rooms(
    alice: User, bob: User, carol: User, room: Room
) -> None:
    general = Room.objects.get(slug="general")
    assert [one.id for one in welcome(bob.pk).rooms] == [general.pk, room.pk]
    assert [one.id for one in welcome(carol.pk).rooms] == [general.pk]
    assert welcome(bob.pk).me.user.name == "Bob"


def test_a_room_comes_with_ones_own_part(alice: User, bob: User, room: Room) -> None:
    fill(room, bob, 5)
    Message.objects.filter(room=room, seq=4).update(author=alice, mention_room=True)
    Membership.objects.filter(room=room, user=bob).update(
        read_seq=3, notify=Membership.Notify.MENTIONS
    )
    own = welcome(bob.pk).rooms[-1]
    assert (own.role, own.read_seq, own.last_seq, own.mentions, own.notify) == (
        "member",
        3,
        5,
        1,
        "mentions",
    )


def test_a_direct_room_names_its_people(alice: User, bob: User) -> None:
    make_direct(alice, bob)
    snapshot = welcome(bob.pk)
    assert snapshot.rooms[-1].users == [alice.pk, bob.pk]
    assert [user.username for user in snapshot.users] == ["alice", "bob"]


def test_it_names_those_one_blocks(alice: User, bob: User) -> None:
    Block.objects.create(user=alice, blocked=bob)
    assert welcome(alice.pk).me.blocked == [bob.pk]
    assert welcome(bob.pk).me.blocked == []


def test_its_queries_do_not_grow_with_the_rooms(
    alice: User,
    bob: User,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for n in range(10):
        make_room(alice, bob, name=f"Room {n}")
        make_direct(alice, make_person(f"friend{n}"))
    welcome(alice.pk)  # makes the site's row where there is none
    with django_assert_num_queries(9):
        assert len(welcome(alice.pk).rooms) == 21


def test_many_at_once_take_as_many_queries_as_one(
    alice: User,
    bob: User,
    carol: User,
    room: Room,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    make_direct(alice, bob)
    Block.objects.create(user=carol, blocked=bob)
    alone = [welcome(user.pk) for user in (alice, bob, carol)]
    with django_assert_num_queries(9):
        assert welcome_all([alice.pk, bob.pk, carol.pk]) == alone


def test_two_tabs_of_one_user_get_the_same(bob: User, room: Room) -> None:
    first, second = welcome_all([bob.pk, bob.pk])
    assert first == second == welcome(bob.pk)


def test_one_removed_after_the_rooms_were_read_is_not_told_of_the_room(
    alice: User, bob: User, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the two reads of one snapshot: for the one who stays, the room is as it was read."""

    def remove_bob(rooms: Iterable[shapes.Room]) -> dict[int, list[int]]:
        Membership.objects.filter(room=room, user=bob).update(left_at=datetime.now(UTC))
        return {}

    monkeypatch.setattr(welcomes, "people_of_direct", remove_bob)
    of_alice, of_bob = welcome_all([alice.pk, bob.pk])
    assert room.pk in [own.id for own in of_alice.rooms]
    assert room.pk not in [own.id for own in of_bob.rooms]


def test_one_who_joins_after_the_rooms_were_read_is_told_later(
    alice: User, carol: User, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A room whose rev was not read first is not in the snapshot: one's own feed says it was gained."""

    def add_carol(rooms: Iterable[shapes.Room]) -> dict[int, list[int]]:
        add_member(room.pk, carol)
        return {}

    monkeypatch.setattr(welcomes, "people_of_direct", add_carol)
    [of_carol] = welcome_all([carol.pk])
    assert room.pk not in [own.id for own in of_carol.rooms]
