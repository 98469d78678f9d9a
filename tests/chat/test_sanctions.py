from datetime import UTC, datetime, timedelta

import pytest
from msgspec import UNSET

from accounts.models import User
from chat import errors, keepers, queries
from chat import hub as hubs
from chat.actions import members, sanctions
from chat.actions.rooms import add_member
from chat.models import AuditEntry, Membership, Room, Sanction
from chat.protocol.codec import timestamp
from chat.protocol.commands import RoomInvite, SanctionLift, SanctionSet
from chat.protocol.limits import MAX_REASON
from chat.protocol.shapes import Mute
from chat.user_feeds import UserChange
from chat.welcomes import welcome
from tests.chat.sending import say
from tests.chat.told import Told

pytestmark = pytest.mark.django_db(transaction=True)


def sanction(
    actor: User,
    room: Room,
    user: User | int,
    kind: str = "mute",
    *,
    reason: str = "noise",
    until: str | None = None,
) -> None:
    user_id = user if isinstance(user, int) else user.pk
    command = SanctionSet(
        id="1",
        room=room.pk,
        user=user_id,
        kind=kind,  # type: ignore[arg-type]
        reason=reason,
        until=until,
    )
    sanctions.set_sanction(actor.pk, command)


def lift(actor: User, room: Room, user: User, kind: str = "mute") -> None:
    command = SanctionLift(id="1", room=room.pk, user=user.pk, kind=kind)  # type: ignore[arg-type]
    sanctions.lift_sanction(actor.pk, command)


def in_five_minutes() -> str:
    return timestamp(datetime.now(UTC) + timedelta(minutes=5))


def audited() -> list[tuple[str, str, str]]:
    return [
        (str(entry.actor), entry.action, str(entry.user))
        for entry in AuditEntry.objects.order_by("pk")
    ]


def test_one_muted_reads_and_does_not_write(alice: User, bob: User, room: Room, told: Told) -> None:
    sanction(alice, room, bob, until=in_five_minutes())
    with pytest.raises(errors.Muted) as refusal:
        say(bob, room)
    assert refusal.value.retry_after
    assert told.events == []
    assert audited() == [("alice", "sanction.mute", "bob")]


def test_an_owner_of_the_site_is_sanctioned_by_another_alone(
    alice: User, bob: User, room: Room
) -> None:
    User.objects.filter(pk=bob.pk).update(is_superuser=True)
    for kind in ("mute", "ban"):
        with pytest.raises(errors.Forbidden):
            sanction(alice, room, bob, kind)
    User.objects.filter(pk=alice.pk).update(is_superuser=True)
    sanction(alice, room, bob, "mute")
    User.objects.filter(pk=alice.pk).update(is_superuser=False)
    lift(alice, room, bob)  # an only owner could not have it lifted otherwise
    assert audited() == [
        ("alice", "sanction.mute", "bob"),
        ("alice", "sanction.unmute", "bob"),
    ]


def test_a_mute_that_is_lifted_is_over(alice: User, bob: User, room: Room) -> None:
    sanction(alice, room, bob)
    lift(alice, room, bob)
    assert say(bob, room)
    assert [action for _, action, _ in audited()] == ["sanction.mute", "sanction.unmute"]


def mute_of(user: User, room: Room) -> object:
    """What the user knows of it; UNSET where there is none."""
    return next(own.mute for own in welcome(user.pk).rooms if own.id == room.pk)


@pytest.fixture
def told_users(room: Room, monkeypatch: pytest.MonkeyPatch) -> list[UserChange]:
    changes: list[UserChange] = []
    monkeypatch.setattr(hubs, "publish_user", changes.append)
    return changes


def test_a_mute_is_known_to_whom_it_keeps_quiet(
    alice: User, bob: User, room: Room, told_users: list[UserChange]
) -> None:
    until = in_five_minutes()
    sanction(alice, room, bob, until=until)
    assert (mute_of(bob, room), mute_of(alice, room)) == (Mute(until=until), UNSET)
    sanction(alice, room, bob)
    assert mute_of(bob, room) == Mute(until=None)
    lift(alice, room, bob)
    lift(alice, room, bob)
    assert mute_of(bob, room) is UNSET
    assert [(one.user_id, one.room_ids) for one in told_users] == [(bob.pk, (room.pk,))] * 3


def test_of_two_mutes_the_longer_one_is_known(alice: User, bob: User, room: Room) -> None:
    sanction(alice, room, bob, until=in_five_minutes())
    later = datetime.now(UTC) + timedelta(hours=1)
    sanctions.sanction_everywhere(bob.pk, "mute", "noise", until=later)
    assert mute_of(bob, room) == Mute(until=timestamp(later))
    sanction(alice, room, bob)
    assert mute_of(bob, room) == Mute(until=None)


def test_whoever_is_not_there_is_told_of_a_mute_when_they_come_in(
    alice: User, carol: User, room: Room, told_users: list[UserChange]
) -> None:
    sanction(alice, room, carol)
    assert told_users == []
    membership = add_member(room.pk, carol)
    assert queries.own_room(membership).mute == Mute(until=None)


def test_a_mute_that_ended_is_not_told(alice: User, bob: User, room: Room) -> None:
    sanction(alice, room, bob, until=in_five_minutes())
    Sanction.objects.update(until=datetime.now(UTC))
    assert mute_of(bob, room) is UNSET


def test_a_ban_ends_the_membership_and_is_told(
    alice: User, bob: User, room: Room, told: Told
) -> None:
    sanction(alice, room, bob, "ban", reason="spam")
    assert told.members == [(bob.pk, "banned"), None]
    assert told.events[1]["message"]["event"]["name"] == "member_removed"
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.reason, entry.room) == ("sanction.ban", "spam", room)


def test_one_banned_comes_back_only_after_it_is_lifted(alice: User, bob: User, room: Room) -> None:
    invitation = RoomInvite(id="1", room=room.pk, user=bob.pk)
    sanction(alice, room, bob, "ban")
    with pytest.raises(errors.Forbidden):
        members.invite_member(alice.pk, invitation)
    lift(alice, room, bob, "ban")
    assert not Membership.objects.active().filter(room=room, user=bob).exists()
    assert members.invite_member(alice.pk, invitation)


def test_one_may_be_banned_before_coming(alice: User, carol: User, room: Room, told: Told) -> None:
    sanction(alice, room, carol, "ban")
    assert told.events == []
    assert Sanction.objects.get().user == carol


def test_the_same_again_changes_nothing(alice: User, bob: User, room: Room, told: Told) -> None:
    until = in_five_minutes()
    for _ in range(2):
        sanction(alice, room, bob, "ban", until=until)
    assert (Sanction.objects.count(), len(audited()), len(told.events)) == (1, 1, 2)
    for _ in range(2):
        lift(alice, room, bob, "ban")
    assert len(audited()) == 2


def test_another_until_takes_the_place_of_the_first(alice: User, bob: User, room: Room) -> None:
    sanction(alice, room, bob)
    sanction(alice, room, bob, until=in_five_minutes())
    (standing,) = Sanction.objects.filter(lifted_at__isnull=True)
    assert standing.until
    assert Sanction.objects.count() == 2


def test_a_mute_and_a_ban_are_lifted_apart(alice: User, bob: User, room: Room) -> None:
    sanction(alice, room, bob)
    sanction(alice, room, bob, "ban")
    lift(alice, room, bob, "ban")
    assert [one.kind for one in Sanction.objects.filter(lifted_at__isnull=True)] == ["mute"]


@pytest.mark.parametrize(
    ("actor", "target", "may"),
    [
        ("owner", "owner", True),
        ("moderator", "owner", False),
        ("moderator", "moderator", False),
        ("moderator", "member", True),
        ("member", "member", False),
    ],
)
def test_who_sanctions_whom(
    bob: User, carol: User, room: Room, actor: str, target: str, may: bool
) -> None:
    for user, role in ((bob, actor), (carol, target)):
        add_member(room.pk, user)
        Membership.objects.filter(room=room, user=user).update(role=role)
    if may:
        sanction(bob, room, carol)
        lift(bob, room, carol)
        return
    with pytest.raises(errors.Forbidden):
        sanction(bob, room, carol)
    with pytest.raises(errors.Forbidden):
        lift(bob, room, carol)


def test_an_outsider_sanctions_nobody(bob: User, carol: User, room: Room) -> None:
    with pytest.raises(errors.NotFound):
        sanction(carol, room, bob)
    with pytest.raises(errors.NotFound):
        lift(carol, room, bob)


def test_nobody_sanctions_themselves_or_a_nobody(alice: User, room: Room) -> None:
    with pytest.raises(errors.BadRequest):
        sanction(alice, room, alice)
    with pytest.raises(errors.NotFound):
        sanction(alice, room, 999)


def test_a_reason_is_asked_for(alice: User, bob: User, room: Room) -> None:
    with pytest.raises(errors.BadRequest):
        sanction(alice, room, bob, reason=" ")
    with pytest.raises(errors.TooLong):
        sanction(alice, room, bob, reason="x" * (MAX_REASON + 1))


@pytest.mark.parametrize(
    "until",
    [
        *["", "tomorrow", "2999-01-01", "2999-01-01T00:00:00Z", "2999-01-01T00:00:00.000"],
        *["2999-01-01T00:00:00.000+00:00", "2999-13-01T00:00:00.000Z", "2999-1-01T00:00:00.000Z"],
        *["2999-01-01T00:00:00.000000Z", " 2999-01-01T00:00:00.000Z", "2999-01-01t00:00:00.000z"],
        *["٢999-01-01T00:00:00.000Z", "2020-01-01T00:00:00.000Z"],
    ],
)
def test_until_is_a_time_to_come_as_the_wire_writes_it(
    alice: User, bob: User, room: Room, until: str
) -> None:
    with pytest.raises(errors.BadRequest):
        sanction(alice, room, bob, until=until)


def listed(reader: User, room: Room) -> list[tuple[int, str, str]]:
    found = keepers.sanctions(reader.pk, room.pk).sanctions
    return [(one.user, one.kind, one.reason) for one in found]


def test_those_who_decide_see_what_is_in_force(alice: User, bob: User, room: Room) -> None:
    sanction(alice, room, bob, "mute", reason="noise")
    sanction(alice, room, bob, "ban", reason="spam")
    Sanction.objects.filter(kind="mute").update(until=datetime.now(UTC) - timedelta(seconds=1))
    assert listed(alice, room) == [(bob.pk, "ban", "spam")]
    lift(alice, room, bob, "ban")
    assert listed(alice, room) == []


def test_nobody_else_sees_it(bob: User, carol: User, room: Room) -> None:
    with pytest.raises(errors.Forbidden):
        listed(bob, room)
    with pytest.raises(errors.NotFound):
        listed(carol, room)
