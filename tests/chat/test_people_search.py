import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from chat import errors, people
from chat.actions.rooms import add_member
from chat.models import Membership, Room
from chat.protocol.commands import UsersSearch
from chat.protocol.limits import MAX_FOUND_USERS, MAX_NAME
from tests.people import make_person, make_room

pytestmark = pytest.mark.django_db(transaction=True)


def found(reader: User, q: str, room: Room | None = None) -> list[str]:
    command = UsersSearch(id="1", q=q, room=None if room is None else room.pk)
    return [user.username for user in people.search(reader.pk, command).users]


def test_people_of_a_room_are_found_by_username_and_name(alice: User, room: Room) -> None:
    add_member(room.pk, make_person("dora", name="Isidora Müller"))
    assert found(alice, "do", room) == ["dora"]
    assert found(alice, "isi", room) == ["dora"]
    assert found(alice, "müll", room) == ["dora"]
    assert found(alice, "@DO", room) == ["dora"]


def test_without_a_room_everybody_is_searched(alice: User, carol: User, room: Room) -> None:
    make_person("weichen", name="陈伟")
    assert found(alice, "Car") == ["carol"]
    assert found(carol, "ALI") == ["alice"]
    assert found(carol, "陈") == found(carol, "伟") == ["weichen"]


def test_a_chinese_name_is_found_by_any_part_of_it(alice: User, room: Room) -> None:
    add_member(room.pk, make_person("wang", name="王小明"))
    for part in ("王", "小明", "明"):
        assert found(alice, part, room) == ["wang"]


def test_who_begins_so_comes_before_who_only_holds_it(alice: User, room: Room) -> None:
    for username in ("aabob", "boba"):
        add_member(room.pk, make_person(username))
    assert found(alice, "bob", room) == ["bob", "boba", "aabob"]


def test_nothing_typed_yet_gives_the_first(alice: User, room: Room) -> None:
    assert found(alice, "", room) == ["alice", "bob"]


def test_those_who_left_or_are_closed_are_not_found(
    alice: User, bob: User, carol: User, room: Room
) -> None:
    assert found(alice, "carol", room) == []
    Membership.objects.filter(user=bob).update(left_at="2026-01-31T09:00:00Z")
    assert found(alice, "bob", room) == []
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert found(alice, "alice", room) == found(bob, "alice") == []


def test_an_outsider_learns_nothing_of_a_room(carol: User, room: Room) -> None:
    with pytest.raises(errors.NotFound):
        found(carol, "a", room)
    public = make_room(make_person("dora"), name="Open", kind=Room.Kind.PUBLIC)
    with pytest.raises(errors.Forbidden):
        found(carol, "a", public)


def test_nobody_is_found_by_an_address(alice: User, room: Room) -> None:
    User.objects.filter(pk=alice.pk).update(email="secret@example.org")
    assert found(alice, "secret", room) == found(alice, "secret") == []


def test_what_is_longer_than_a_name_is_refused(alice: User, room: Room) -> None:
    with pytest.raises(errors.BadRequest):
        found(alice, "x" * (MAX_NAME + 1), room)


def test_what_is_longer_is_not_even_brought_into_a_normal_form(
    alice: User, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of 60,000 accents that takes seconds in which no other thread runs."""
    monkeypatch.setattr(people, "normal_name", lambda _: pytest.fail("It was."))
    with pytest.raises(errors.BadRequest):
        found(alice, "a" + "\u0301\u0327" * 30_000, room)


def test_no_mark_of_a_pattern_matches_everybody(alice: User, room: Room) -> None:
    for q in ("%", "_", "\\"):
        assert found(alice, q, room) == []


def test_many_are_bounded_and_cost_two_queries(
    alice: User, room: Room, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(MAX_FOUND_USERS + 5):
        add_member(room.pk, make_person(f"many{number:02}"))
    with django_assert_num_queries(2):
        assert len(found(alice, "many", room)) == MAX_FOUND_USERS
