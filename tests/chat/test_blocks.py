"""Not hearing from somebody."""

import pytest

from accounts.models import User
from chat import errors
from chat import hub as hubs
from chat.actions import blocks
from chat.actions.blocks import lift_block, set_block
from chat.actions.direct import open_direct
from chat.actions.sanctions import sanction_everywhere
from chat.models import Block, Membership, Room, Sanction
from chat.protocol.commands import BlockLift, BlockSet
from chat.user_feeds import UserChange
from chat.welcomes import welcome
from tests.chat import sending
from tests.people import make_direct

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def told_users(monkeypatch: pytest.MonkeyPatch, room: Room) -> list[UserChange]:
    changes: list[UserChange] = []
    monkeypatch.setattr(hubs, "publish_user", changes.append)
    return changes


def block(user: User, other: User | int) -> None:
    set_block(user.pk, BlockSet(id="1", user=other if isinstance(other, int) else other.pk))


def lift(user: User, other: User) -> None:
    lift_block(user.pk, BlockLift(id="1", user=other.pk))


def mentions(user: User, room: Room) -> int:
    return Membership.objects.with_mentions().get(room=room, user=user).mentions


def test_whom_one_blocks_is_named_in_the_welcome_and_told_to_oneself(
    alice: User, bob: User, told_users: list[UserChange]
) -> None:
    block(alice, bob)
    me = welcome(alice.pk).me
    assert me.blocked == [bob.pk]
    assert [change.user_id for change in told_users] == [alice.pk]
    assert told_users[0].room_ids == ()


def test_the_blocked_is_not_told(alice: User, bob: User) -> None:
    rev = User.objects.get(pk=bob.pk).rev
    block(alice, bob)
    assert welcome(bob.pk).me.blocked == []
    assert User.objects.get(pk=bob.pk).rev == rev


def test_the_same_again_changes_nothing(
    alice: User, bob: User, told_users: list[UserChange]
) -> None:
    block(alice, bob)
    block(alice, bob)
    lift(alice, bob)
    lift(alice, bob)
    assert len(told_users) == 2
    assert not Block.objects.exists()


def test_a_stranger_can_be_blocked_too(alice: User, carol: User) -> None:
    block(alice, carol)
    assert welcome(alice.pk).me.blocked == [carol.pk]


def test_nobody_blocks_themselves_or_nobody(alice: User) -> None:
    with pytest.raises(errors.BadRequest):
        block(alice, alice)
    with pytest.raises(errors.NotFound):
        block(alice, 999_999)


def test_who_is_banned_blocks_nobody(alice: User, bob: User) -> None:
    sanction_everywhere(bob.pk, Sanction.Kind.BAN, "spam")
    with pytest.raises(errors.Forbidden):
        block(bob, alice)


def test_there_is_a_bound(
    alice: User, bob: User, carol: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocks, "MAX_BLOCKS", 1)
    block(alice, bob)
    with pytest.raises(errors.Conflict):
        block(alice, carol)


def test_the_blocked_cannot_write_to_the_one_who_blocks(alice: User, bob: User) -> None:
    room = make_direct(alice, bob)
    block(alice, bob)
    with pytest.raises(errors.Forbidden, match="does not take messages"):
        sending.say(bob, room)
    sending.say(alice, room)
    lift(alice, bob)
    sending.say(bob, room)


def test_the_blocked_opens_no_new_direct_room(alice: User, bob: User) -> None:
    block(alice, bob)
    with pytest.raises(errors.Forbidden):
        open_direct(bob.pk, [alice.pk])
    assert open_direct(alice.pk, [bob.pk]).room.users == sorted([alice.pk, bob.pk])


def test_the_blocked_can_write_where_others_are(alice: User, bob: User, carol: User) -> None:
    room = make_direct(alice, bob, carol)
    block(alice, bob)
    sending.say(bob, room)


def test_the_blocked_mentions_nobody_who_blocks_them(alice: User, bob: User, room: Room) -> None:
    Membership.objects.filter(room=room, user=bob).update(role=Membership.Role.MODERATOR)
    sending.say(bob, room, "@alice before")
    block(alice, bob)
    sending.say(bob, room, "@alice and @room")
    assert mentions(alice, room) == 0
    lift(alice, bob)
    assert mentions(alice, room) == 2
