from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from accounts.models import User
from chat import errors, welcomes
from chat.actions.direct import open_direct
from chat.actions.sanctions import sanction_everywhere
from chat.models import Block, Room
from chat.protocol.shapes import OwnRoom
from tests.chat.told import Told

pytestmark = pytest.mark.django_db(transaction=True)


def open_with(actor: User, *users: User | int) -> OwnRoom:
    ids = [user if isinstance(user, int) else user.pk for user in users]
    return open_direct(actor.pk, ids).room


def test_two_people_get_a_room_and_both_are_told(alice: User, carol: User, told: Told) -> None:
    own = open_with(alice, carol)
    assert (own.kind, own.slug, own.members) == ("direct", None, 2)
    assert own.users == sorted([alice.pk, carol.pk])
    assert told.members == [(alice.pk, "member"), (carol.pk, "member")]
    assert own in welcomes.welcome(alice.pk).rooms


def test_the_same_people_find_the_same_room(alice: User, bob: User, carol: User) -> None:
    first = open_with(alice, bob, carol)
    assert first == open_with(bob, carol, alice) == open_with(carol, carol, alice, bob, bob)
    assert first.id != open_with(alice, bob).id


def test_opening_again_changes_nothing(alice: User, carol: User, told: Told) -> None:
    assert open_with(alice, carol) == open_with(carol, alice)
    assert len(told.events) == 2


def test_one_person_alone_gets_a_place_for_notes(alice: User) -> None:
    notes = open_with(alice)
    assert (notes.members, notes.users) == (1, [alice.pk])
    assert open_with(alice, alice) == notes


def test_two_who_open_it_at_once_find_one_room(alice: User, bob: User) -> None:
    def open_one(pair: tuple[User, User]) -> int:
        try:
            return open_with(*pair).id
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        found = set(threads.map(open_one, [(alice, bob), (bob, alice)] * 8))
    assert found == {Room.objects.get(kind=Room.Kind.DIRECT).pk}
    assert Room.objects.get(kind=Room.Kind.DIRECT).last_rev == 2


def test_who_is_blocked_makes_no_room_with_the_blocker(alice: User, bob: User, carol: User) -> None:
    Block.objects.create(user=alice, blocked=bob)
    for others in ([alice], [alice, carol]):
        with pytest.raises(errors.Forbidden):
            open_with(bob, *others)
    assert not Room.objects.filter(kind=Room.Kind.DIRECT).exists()


def test_rooms_of_before_a_block_or_made_by_others_open_for_all(
    alice: User, bob: User, carol: User
) -> None:
    both = open_with(bob, alice)
    Block.objects.create(user=alice, blocked=bob)
    all_three = open_with(carol, alice, bob)
    assert open_with(bob, alice) == both
    assert open_with(bob, alice, carol) == all_three


def test_it_opens_though_an_account_was_closed_since(
    alice: User, bob: User, carol: User, told: Told
) -> None:
    both, all_three = open_with(alice, bob), open_with(alice, bob, carol)
    User.objects.filter(pk=bob.pk).update(is_active=False)
    told.changes.clear()
    assert [open_with(alice, bob), open_with(carol, alice, bob)] == [both, all_three]
    assert told.events == []


def test_who_is_muted_everywhere_opens_what_is_there_and_nothing_new(
    alice: User, bob: User, carol: User
) -> None:
    held = open_with(alice, bob)
    sanction_everywhere(alice.pk, "mute", "noise")
    assert open_with(alice, bob).id == held.id
    with pytest.raises(errors.Muted):
        open_with(alice, carol)
    assert Room.objects.filter(kind=Room.Kind.DIRECT).count() == 1


def test_who_is_not_there_is_not_found_and_no_room_remains(alice: User, bob: User) -> None:
    User.objects.filter(pk=bob.pk).update(is_active=False)
    for users in ([bob], [999], range(2**53 - 20, 2**53)):
        with pytest.raises(errors.NotFound):
            open_with(alice, *users)
    assert not Room.objects.filter(kind=Room.Kind.DIRECT).exists()
