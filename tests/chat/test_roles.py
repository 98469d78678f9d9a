import pytest

from accounts.models import User
from chat import errors
from chat.actions import members
from chat.changes import room_changes
from chat.models import AuditEntry, Membership, Room
from chat.protocol.commands import RoomRole
from chat.protocol.fields import Role
from tests.chat.told import Told

pytestmark = pytest.mark.django_db(transaction=True)


def appoint(actor: User, room: Room, user: User, role: Role) -> int:
    command = RoomRole(id="1", room=room.pk, user=user.pk, role=role)
    return members.change_role(actor.pk, command).rev


def test_an_owner_appoints_and_answers_for_it(
    alice: User, bob: User, room: Room, told: Told
) -> None:
    rev = appoint(alice, room, bob, "moderator")
    event = told.only()
    assert (event["user"], event["role"], event["rev"]) == (bob.pk, "moderator", rev)
    assert told.members == [(bob.pk, "moderator")]
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.details) == ("room.role", {"from": "member", "to": "moderator"})


def test_one_who_was_away_catches_up_with_a_role(alice: User, bob: User, room: Room) -> None:
    appoint(alice, room, bob, "owner")
    changes = room_changes(alice.pk, room.pk, room.last_rev)
    assert [(row.user, row.role) for row in changes.members] == [(bob.pk, "owner")]


def test_the_same_role_again_changes_nothing(
    alice: User, bob: User, room: Room, told: Told
) -> None:
    assert appoint(alice, room, bob, "member") == room.last_rev
    assert told.events == []


def test_the_last_owner_does_not_step_down(alice: User, bob: User, room: Room) -> None:
    with pytest.raises(errors.Conflict):
        appoint(alice, room, alice, "member")
    appoint(alice, room, bob, "owner")
    assert appoint(alice, room, alice, "member")


def test_a_closed_account_looks_after_no_room(alice: User, bob: User, room: Room) -> None:
    appoint(alice, room, bob, "owner")
    User.objects.filter(pk=bob.pk).update(is_active=False)
    with pytest.raises(errors.Conflict):
        appoint(alice, room, alice, "member")


def test_a_closed_account_is_given_no_rights_and_loses_those_it_had(
    alice: User, bob: User, room: Room, told: Told
) -> None:
    User.objects.filter(pk=bob.pk).update(is_active=False)
    more: list[Role] = ["moderator", "owner"]
    for role in more:
        with pytest.raises(errors.NotFound):
            appoint(alice, room, bob, role)
    assert told.events == []
    Membership.objects.filter(user=bob, room=room).update(role=Membership.Role.OWNER)
    assert appoint(alice, room, bob, "member")


@pytest.mark.parametrize("role", [Membership.Role.MODERATOR, Membership.Role.MEMBER])
def test_only_owners_appoint(alice: User, bob: User, room: Room, role: str) -> None:
    Membership.objects.filter(user=bob, room=room).update(role=role)
    with pytest.raises(errors.Forbidden):
        appoint(bob, room, bob, "owner")
    with pytest.raises(errors.Forbidden):
        appoint(bob, room, alice, "member")


def test_an_outsider_appoints_nobody(bob: User, carol: User, room: Room) -> None:
    with pytest.raises(errors.NotFound):
        appoint(carol, room, bob, "owner")


def test_who_is_no_member_has_no_role(alice: User, carol: User, room: Room) -> None:
    with pytest.raises(errors.NotFound):
        appoint(alice, room, carol, "moderator")
