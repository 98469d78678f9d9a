"""How far somebody has read: what moves the pointer, what it costs, and who is told."""

from collections.abc import Iterable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from chat.actions.members import leave_room
from chat.errors import ChatError
from chat.models import Membership, Room
from chat.pointer_store import Move, move_all
from chat.protocol.commands import RoomLeave
from chat.user_feeds import UserChange
from tests.chat.stored import store
from tests.people import make_direct, make_person, make_room

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def talk(room: Room, alice: User) -> None:
    store(room, alice, "one", "two", "three", "four")


def read(user: User, room: Room, seq: int, *, back: bool = False) -> ChatError | None:
    (outcome,), _ = move_all([Move(user.pk, room.pk, seq, back=back)])
    return outcome


def read_seq(user: User, room: Room) -> int:
    return Membership.objects.get(user=user, room=room).read_seq


def user_revs(users: Iterable[User]) -> list[int]:
    return [User.objects.get(pk=user.pk).rev for user in users]


def test_a_pointer_moves_to_what_was_read(bob: User, room: Room) -> None:
    assert read(bob, room, 3) is None
    assert read_seq(bob, room) == 3


def test_it_does_not_move_back_by_itself(bob: User, room: Room) -> None:
    read(bob, room, 3)
    assert read(bob, room, 2) is None
    assert read_seq(bob, room) == 3


def test_it_moves_back_where_that_is_asked_for(bob: User, room: Room) -> None:
    read(bob, room, 3)
    assert read(bob, room, 1, back=True) is None
    assert read_seq(bob, room) == 1


def test_moves_of_one_batch_take_effect_in_their_order(bob: User, room: Room) -> None:
    moves = [(4, False), (1, True), (2, False), (1, False)]
    move_all([Move(bob.pk, room.pk, seq, back=back) for seq, back in moves])
    assert read_seq(bob, room) == 2


def test_nobody_has_read_what_is_not_there_yet(bob: User, room: Room) -> None:
    refusal = read(bob, room, 5)
    assert refusal is not None
    assert refusal.code == "bad_request"
    assert read_seq(bob, room) == 0


def test_one_refused_move_costs_the_others_nothing(bob: User, room: Room) -> None:
    outcomes, _ = move_all([Move(bob.pk, room.pk, seq) for seq in (2, 99, 3)])
    assert [one and one.code for one in outcomes] == [None, "bad_request", None]
    assert read_seq(bob, room) == 3


def test_to_an_outsider_a_private_room_does_not_exist(carol: User, room: Room) -> None:
    for hidden in (room, Room(pk=999_999)):
        refusal = read(carol, hidden, 1)
        assert refusal is not None
        assert (refusal.code, refusal.detail) == ("not_found", "There is no such room.")


def test_to_an_outsider_a_public_room_is_forbidden(alice: User, carol: User) -> None:
    refusal = read(carol, make_room(alice, kind=Room.Kind.PUBLIC, name="Hall"), 0)
    assert refusal is not None
    assert refusal.code == "forbidden"


def test_one_who_left_moves_nothing(bob: User, room: Room) -> None:
    leave_room(bob.pk, RoomLeave(id="1", room=room.pk))
    refusal = read(bob, room, 1)
    assert refusal is not None
    assert refusal.code == "not_found"


def test_a_move_takes_the_users_next_rev_and_none_of_the_room(bob: User, room: Room) -> None:
    [before] = user_revs([bob])
    _, [change] = move_all([Move(bob.pk, room.pk, 3)])
    assert (change.user_id, change.rev, change.room_ids) == (bob.pk, before + 1, (room.pk,))
    assert user_revs([bob]) == [before + 1]
    rev = room.last_rev
    room.refresh_from_db()
    assert room.last_rev == rev


def test_what_changes_nothing_takes_no_rev_and_tells_nobody(bob: User, room: Room) -> None:
    read(bob, room, 3)
    before = user_revs([bob])
    outcomes, changes = move_all([Move(bob.pk, room.pk, 3), Move(bob.pk, room.pk, 1)])
    assert (outcomes, changes) == ([None, None], [])
    assert user_revs([bob]) == before


def test_many_rooms_of_one_user_take_one_rev(alice: User, bob: User, room: Room) -> None:
    direct = make_direct(alice, bob)
    store(direct, alice, "hi")
    [before] = user_revs([bob])
    _, [change] = move_all([Move(bob.pk, room.pk, 4), Move(bob.pk, direct.pk, 1)])
    assert change.room_ids == (room.pk, direct.pk)
    assert change.told.keys() == {room.pk, direct.pk}
    assert user_revs([bob]) == [before + 1]


def statements_of(moves: list[Move]) -> tuple[int, list[UserChange]]:
    with CaptureQueriesContext(connection) as captured:
        _, changes = move_all(moves)
    texts = {query["sql"].split("WHERE")[0][:60] for query in captured.captured_queries}
    return len(texts), changes


def test_two_hundred_readers_cost_as_many_statements_as_one(room: Room) -> None:
    """Of SQLite's UPDATE there is one execution a row, all of one prepared statement."""
    readers = [make_person(f"reader{number}") for number in range(200)]
    Membership.objects.bulk_create(
        Membership(room=room, user=reader, rev=0, role="member") for reader in readers
    )
    alone, _ = statements_of([Move(readers[0].pk, room.pk, 1)])
    together, changes = statements_of([Move(one.pk, room.pk, 4) for one in readers])
    assert together == alone
    assert len(changes) == 200
    assert set(Membership.objects.filter(user__in=readers, room=room).values_list("read_seq")) == {
        (4,)
    }
