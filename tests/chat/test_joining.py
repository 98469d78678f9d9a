"""Coming into a room: by oneself, or added by another."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import User
from chat import errors, welcomes
from chat.actions import members
from chat.models import Block, Membership, Room, Sanction
from chat.protocol.commands import RoomInvite, RoomJoin
from chat.protocol.shapes import OwnRoom
from tests.chat.stored import store
from tests.chat.told import Told
from tests.people import make_direct, make_person, make_room

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def square(alice: User, room: Room) -> Room:
    """Alice's public room, which Carol may join."""
    return make_room(alice, name="Square", kind=Room.Kind.PUBLIC)


def join(actor: User, room: Room | int) -> OwnRoom:
    room_id = room if isinstance(room, int) else room.pk
    return members.join_room(actor.pk, RoomJoin(id="1", room=room_id)).room


def invite(actor: User, room: Room, user: User | int) -> int:
    user_id = user if isinstance(user, int) else user.pk
    return members.invite_member(actor.pk, RoomInvite(id="1", room=room.pk, user=user_id)).rev


def ban(user: User, room: Room | None, until: datetime | None = None) -> None:
    Sanction.objects.create(
        user=user, room=room, kind=Sanction.Kind.BAN, reason="spam", until=until
    )


def test_anyone_joins_a_public_room(carol: User, square: Room, told: Told) -> None:
    own = join(carol, square)
    event = told.only()
    assert (event["type"], event["user"], event["role"]) == ("member", carol.pk, "member")
    assert event["profile"]["username"] == "carol"
    assert told.members == [(carol.pk, "member")]
    assert (own.members, own.last_rev, own.role) == (2, event["rev"], "member")


def test_one_who_joins_is_told_what_their_welcome_would_say(carol: User, square: Room) -> None:
    own = join(carol, square)
    assert own in welcomes.welcome(carol.pk).rooms


def test_joining_again_changes_nothing(carol: User, square: Room, told: Told) -> None:
    assert join(carol, square) == join(carol, square)
    assert len(told.events) == 1


def test_what_was_said_before_counts_as_read(alice: User, carol: User, square: Room) -> None:
    store(square, alice, "one", "two")
    assert join(carol, square).read_seq == 2


def test_no_private_or_direct_room_is_joined_nor_known(
    alice: User, bob: User, carol: User, room: Room
) -> None:
    details = set()
    for hidden in (room, make_direct(alice, bob), 999):
        with pytest.raises(errors.NotFound) as refusal:
            join(carol, hidden)
        details.add(refusal.value.detail)
    assert len(details) == 1


def test_a_member_of_a_private_room_has_joined_it_already(bob: User, room: Room) -> None:
    assert join(bob, room).id == room.pk


@pytest.mark.parametrize("everywhere", [False, True])
def test_the_banned_stay_out(alice: User, carol: User, square: Room, everywhere: bool) -> None:
    ban(carol, None if everywhere else square, datetime.now(UTC) + timedelta(minutes=5))
    with pytest.raises(errors.Forbidden) as refusal:
        join(carol, square)
    assert refusal.value.retry_after
    with pytest.raises(errors.Forbidden):
        invite(alice, square, carol)


def test_a_ban_that_ended_keeps_nobody_out(carol: User, square: Room) -> None:
    ban(carol, square, datetime.now(UTC) - timedelta(seconds=1))
    assert join(carol, square)


def test_one_muted_may_still_come_in(carol: User, square: Room) -> None:
    Sanction.objects.create(user=carol, room=square, kind=Sanction.Kind.MUTE, reason="noise")
    assert join(carol, square)


def test_nobody_new_comes_into_an_archived_room(
    alice: User, bob: User, carol: User, room: Room, square: Room, told: Told
) -> None:
    Room.objects.update(archived_at=datetime.now(UTC))
    with pytest.raises(errors.Archived):
        join(carol, square)
    for archived in (room, square):
        with pytest.raises(errors.Archived):
            invite(alice, archived, carol)
    assert invite(alice, room, bob)  # who is in already changes nothing
    assert told.events == []


def test_one_who_comes_back_is_a_plain_member(alice: User, bob: User, room: Room) -> None:
    Membership.objects.filter(room=room, user=bob).update(
        role=Membership.Role.OWNER, left_at=datetime.now(UTC)
    )
    invite(alice, room, bob)
    assert Membership.objects.get(room=room, user=bob).role == Membership.Role.MEMBER


def test_an_owner_adds_somebody_to_a_private_room_and_the_room_says_so(
    alice: User, carol: User, room: Room, told: Told
) -> None:
    rev = invite(alice, room, carol)
    assert told.types == ["member", "message"]
    assert told.events[0]["rev"] == rev
    assert told.events[1]["message"]["event"] == {
        "name": "member_added",
        "params": {"actor": alice.pk, "user": carol.pk},
    }
    room.refresh_from_db()
    assert (room.member_count, room.last_seq, room.last_rev) == (3, 1, rev + 1)


def test_adding_a_member_changes_nothing(alice: User, bob: User, room: Room, told: Told) -> None:
    assert invite(alice, room, bob) == room.last_rev
    assert told.events == []


def test_a_member_adds_to_public_rooms_only(
    bob: User, carol: User, room: Room, square: Room, told: Told
) -> None:
    with pytest.raises(errors.Forbidden):
        invite(bob, room, carol)
    join(bob, square)
    invite(bob, square, carol)
    assert told.types == ["member", "member"]


def test_a_moderator_adds_to_a_private_room(bob: User, carol: User, room: Room) -> None:
    Membership.objects.filter(user=bob).update(role=Membership.Role.MODERATOR)
    assert invite(bob, room, carol)


def test_an_outsider_adds_nobody(carol: User, bob: User, room: Room, square: Room) -> None:
    with pytest.raises(errors.NotFound):
        invite(carol, room, carol)
    with pytest.raises(errors.Forbidden):
        invite(carol, square, bob)


def test_nobody_is_added_to_a_direct_room(alice: User, bob: User, carol: User) -> None:
    with pytest.raises(errors.Forbidden):
        invite(alice, make_direct(alice, bob), carol)


def test_who_is_not_there_is_not_added(alice: User, room: Room) -> None:
    gone = make_person("gone")
    User.objects.filter(pk=gone.pk).update(is_active=False)
    for user in (gone, 999):
        with pytest.raises(errors.NotFound):
            invite(alice, room, user)


def test_who_is_blocked_adds_the_blocker_to_nothing_and_others_may(
    alice: User, bob: User, carol: User, square: Room
) -> None:
    join(bob, square)
    Block.objects.create(user=carol, blocked=bob)
    with pytest.raises(errors.Forbidden):
        invite(bob, square, carol)
    assert invite(alice, square, carol)
    assert invite(bob, square, carol)  # who is in already changes nothing
