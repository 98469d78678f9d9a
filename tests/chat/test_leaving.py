"""Going out of a room: by oneself, or removed by another."""

import pytest

from accounts.models import User
from chat import errors, queries, welcomes
from chat.actions import members
from chat.actions.rooms import add_member
from chat.changes import room_changes
from chat.models import AuditEntry, Membership, Room
from chat.protocol.commands import RoomLeave, RoomRemove
from tests.chat.told import Told
from tests.people import make_direct, make_room

pytestmark = pytest.mark.django_db(transaction=True)


def leave(actor: User, room: Room) -> int:
    return members.leave_room(actor.pk, RoomLeave(id="1", room=room.pk)).rev


def remove(actor: User, room: Room, user: User | int) -> int:
    user_id = user if isinstance(user, int) else user.pk
    return members.remove_member(actor.pk, RoomRemove(id="1", room=room.pk, user=user_id)).rev


def appoint(user: User, room: Room, role: str) -> None:
    add_member(room.pk, user)
    Membership.objects.filter(user=user, room=room).update(role=role)


def test_a_member_leaves_and_the_room_says_so(bob: User, room: Room, told: Told) -> None:
    rev = leave(bob, room)
    member, message = told.events
    assert (member["user"], member["role"], member["rev"]) == (bob.pk, None, rev)
    assert message["message"]["event"] == {"name": "member_left", "params": {"user": bob.pk}}
    assert told.members == [(bob.pk, "left"), None]
    room.refresh_from_db()
    assert (room.member_count, room.last_rev) == (1, rev + 1)


def test_a_public_room_makes_no_words_of_it(alice: User, bob: User, told: Told) -> None:
    square = make_room(alice, bob, name="Square", kind=Room.Kind.PUBLIC)
    leave(bob, square)
    assert told.types[-1] == "member"
    square.refresh_from_db()
    assert square.last_seq == 0


def test_one_who_left_is_an_outsider(alice: User, bob: User, room: Room) -> None:
    leave(bob, room)
    with pytest.raises(errors.NotFound):
        leave(bob, room)
    with pytest.raises(errors.NotFound):
        queries.history(bob.pk, room.pk)
    assert room.pk not in [own.id for own in welcomes.welcome(bob.pk).rooms]
    assert [row.user for row in queries.members(alice.pk, room.pk).members] == [alice.pk]


def test_one_who_was_away_catches_up_with_who_left(alice: User, bob: User, room: Room) -> None:
    leave(bob, room)
    changes = room_changes(alice.pk, room.pk, room.last_rev)
    assert [(row.user, row.role) for row in changes.members] == [(bob.pk, None)]
    assert (changes.rev, len(changes.messages)) == (room.last_rev + 2, 1)


def test_the_last_owner_stays_with_the_others(alice: User, bob: User, room: Room) -> None:
    with pytest.raises(errors.Conflict):
        leave(alice, room)
    appoint(bob, room, Membership.Role.OWNER)
    assert leave(alice, room)


def test_a_closed_account_is_nobody_to_stay_for_or_to_leave_it_to(
    alice: User, bob: User, carol: User, room: Room
) -> None:
    add_member(room.pk, carol)
    appoint(bob, room, Membership.Role.OWNER)
    User.objects.filter(pk=bob.pk).update(is_active=False)
    with pytest.raises(errors.Conflict):
        leave(alice, room)
    leave(carol, room)
    assert leave(alice, room)


def test_the_last_person_may_go(alice: User, bob: User, room: Room) -> None:
    leave(bob, room)
    leave(alice, room)
    room.refresh_from_db()
    assert room.member_count == 0


def test_an_outsider_cannot_leave(alice: User, carol: User, room: Room) -> None:
    with pytest.raises(errors.NotFound):
        leave(carol, room)
    with pytest.raises(errors.Forbidden):
        leave(carol, make_room(alice, name="Square", kind=Room.Kind.PUBLIC))


def test_nobody_leaves_or_is_removed_from_a_conversation(alice: User, bob: User) -> None:
    direct = make_direct(alice, bob)
    with pytest.raises(errors.Forbidden):
        leave(bob, direct)
    with pytest.raises(errors.Forbidden):
        remove(alice, direct, bob)


def test_an_owner_removes_a_member_and_answers_for_it(
    alice: User, bob: User, room: Room, told: Told
) -> None:
    rev = remove(alice, room, bob)
    member, message = told.events
    assert (member["user"], member["role"], member["rev"]) == (bob.pk, None, rev)
    assert message["message"]["event"] == {
        "name": "member_removed",
        "params": {"actor": alice.pk, "user": bob.pk},
    }
    assert told.members == [(bob.pk, "removed"), None]
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.action, entry.user) == (alice, "room.remove", bob)


def test_removing_again_changes_nothing(alice: User, bob: User, room: Room, told: Told) -> None:
    remove(alice, room, bob)
    room.refresh_from_db()
    assert remove(alice, room, bob) == room.last_rev
    assert len(told.events) == 2
    assert AuditEntry.objects.count() == 1


@pytest.mark.parametrize(
    ("actor", "target", "may"),
    [
        ("owner", "owner", True),
        ("owner", "moderator", True),
        ("moderator", "owner", False),
        ("moderator", "moderator", False),
        ("moderator", "member", True),
        ("member", "member", False),
    ],
)
def test_who_removes_whom(
    bob: User, carol: User, room: Room, actor: str, target: str, may: bool
) -> None:
    appoint(bob, room, actor)
    appoint(carol, room, target)
    if may:
        assert remove(bob, room, carol)
    else:
        with pytest.raises(errors.Forbidden):
            remove(bob, room, carol)


def test_nobody_removes_themselves(alice: User, room: Room) -> None:
    with pytest.raises(errors.BadRequest):
        remove(alice, room, alice)


def test_who_never_was_in_is_not_found(alice: User, carol: User, room: Room) -> None:
    for user in (carol, 999):
        with pytest.raises(errors.NotFound):
            remove(alice, room, user)


def test_an_outsider_removes_nobody(bob: User, carol: User, room: Room) -> None:
    with pytest.raises(errors.NotFound):
        remove(carol, room, bob)
