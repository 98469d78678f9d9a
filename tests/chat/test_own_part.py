"""Of what one is notified in a room, and until when one is not to be disturbed."""

import pytest

from accounts.models import User
from chat import errors
from chat import hub as hubs
from chat.actions.own_part import choose_notify_level
from chat.actions.profiles import update_profile
from chat.actions.sanctions import sanction_everywhere
from chat.models import Membership, Room, Sanction
from chat.protocol.commands import ProfileUpdate, RoomNotify
from chat.protocol.fields import NotifyLevel
from chat.user_feeds import UserChange
from chat.welcomes import welcome
from tests.chat.told import Told

pytestmark = pytest.mark.django_db(transaction=True)

LATER = "2126-01-31T09:30:00.000Z"


@pytest.fixture
def told_users(monkeypatch: pytest.MonkeyPatch, room: Room) -> list[UserChange]:
    told: list[UserChange] = []
    monkeypatch.setattr(hubs, "publish_user", told.append)
    return told


def choose(user: User, room: Room | int, level: NotifyLevel) -> None:
    room_id = room if isinstance(room, int) else room.pk
    choose_notify_level(user.pk, RoomNotify(id="1", room=room_id, level=level))


def rev(user: User) -> int:
    return User.objects.get(pk=user.pk).rev


# ---- room.notify


def test_a_member_chooses_of_what_to_be_notified(
    bob: User, room: Room, told: Told, told_users: list[UserChange]
) -> None:
    before = rev(bob)
    choose(bob, room, "mentions")
    assert Membership.objects.get(room=room, user=bob).notify == "mentions"
    assert told_users == [UserChange(bob.pk, before + 1, (room.pk,))]
    assert told.changes == []


def test_the_same_level_again_tells_nobody(
    bob: User, room: Room, told_users: list[UserChange]
) -> None:
    choose(bob, room, "none")
    choose(bob, room, "none")
    assert len(told_users) == 1


def test_it_is_ones_own_level(alice: User, bob: User, room: Room) -> None:
    choose(bob, room, "none")
    assert Membership.objects.get(room=room, user=alice).notify == "all"


def test_an_outsider_chooses_nothing(carol: User, room: Room) -> None:
    for hidden in (room, 999_999):
        with pytest.raises(errors.NotFound, match="no such room"):
            choose(carol, hidden, "none")


# ---- profile.update


def update(user: User, **fields: str | None) -> str | None:
    return update_profile(user.pk, ProfileUpdate(id="1", **fields)).dnd_until


def test_one_asks_not_to_be_disturbed(bob: User, told_users: list[UserChange]) -> None:
    before = rev(bob)
    assert update(bob, dnd_until=LATER) == LATER
    assert welcome(bob.pk).me.dnd_until == LATER
    assert told_users == [UserChange(bob.pk, before + 1)]


def test_one_may_be_disturbed_again(bob: User) -> None:
    update(bob, dnd_until=LATER)
    assert update(bob, dnd_until=None) is None
    assert welcome(bob.pk).me.dnd_until is None


def test_what_is_not_given_stays(bob: User, told_users: list[UserChange]) -> None:
    update(bob, dnd_until=LATER)
    assert update(bob) == LATER
    assert update(bob, dnd_until=LATER) == LATER
    assert len(told_users) == 1


def test_a_time_that_is_none_is_refused(bob: User) -> None:
    with pytest.raises(errors.BadRequest):
        update(bob, dnd_until="tomorrow")


def test_who_is_banned_from_the_site_changes_nothing(bob: User) -> None:
    sanction_everywhere(bob.pk, Sanction.Kind.BAN, "spam")
    with pytest.raises(errors.Forbidden):
        update(bob, dnd_until=LATER)


def test_a_closed_account_changes_nothing(bob: User) -> None:
    User.objects.filter(pk=bob.pk).update(is_active=False)
    with pytest.raises(errors.NotFound):
        update(bob, dnd_until=LATER)
