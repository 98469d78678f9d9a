"""Reports as those have them who keep order in a room: Alice owns it, Mona is a moderator, Bob a member."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Literal

import pytest

from accounts.models import User
from chat import errors, keepers, queries
from chat.actions import members, messages, reports, retention
from chat.actions.rooms import add_member
from chat.models import AuditEntry, Membership, Message, Report, Room
from chat.protocol import commands
from chat.protocol.results import ReportsResult
from chat.welcomes import welcome
from tests.chat.moderators import make_owner
from tests.chat.stored import store
from tests.chat.told import Told
from tests.people import make_direct, make_person, make_room

pytestmark = pytest.mark.django_db(transaction=True)

BOBS, MONAS, ALICES = 1, 2, 3


@pytest.fixture
def mona(alice: User, room: Room) -> User:
    mona = make_person("mona", name="Mona")
    add_member(room.pk, mona)
    give(alice, room, mona, "moderator")
    return mona


@pytest.fixture(autouse=True)
def talk(room: Room, alice: User, bob: User, mona: User) -> None:
    for author in (bob, mona, alice):
        store(room, author, "buy now")


def give(
    owner: User, room: Room, user: User, role: Literal["owner", "moderator", "member"]
) -> None:
    members.change_role(owner.pk, commands.RoomRole(id="1", room=room.pk, user=user.pk, role=role))


def report(reporter: User, room: Room, seq: int = BOBS) -> None:
    reports.report_message(
        reporter.pk, commands.MessageReport(id="1", room=room.pk, seq=seq, reason="Advertising.")
    )


def decide(
    actor: User,
    room: Room,
    decision: Literal["dismissed", "removed"] = "dismissed",
    seq: int = BOBS,
    last: int = 2**53 - 1,
) -> None:
    command = commands.ReportDecide(id="1", room=room.pk, seq=seq, last=last, decision=decision)
    reports.decide_in_room(actor.pk, command)


def waiting(user: User, room: Room) -> list[tuple[int, int]]:
    """What waits for the user in the room, which a welcome and one's own part say alike."""
    (own,) = [one for one in welcome(user.pk).rooms if one.id == room.pk]
    (told,) = queries.own_rooms([(user.pk, {room.pk})])
    assert told[room.pk].room.reports == own.reports
    assert queries.own_room(Membership.objects.get(room=room, user=user)).reports == own.reports
    return own.reports or []


def read(user: User, room: Room, *seqs: int) -> ReportsResult:
    return keepers.reports(user.pk, room.pk, list(seqs) or [BOBS, MONAS, ALICES])


def rev(user: User) -> int:
    return User.objects.get(pk=user.pk).rev


# ---- who is told


def test_owners_and_moderators_are_told_of_what_a_member_wrote_and_nobody_else(
    alice: User, bob: User, mona: User, room: Room, told: Told
) -> None:
    before = {user: rev(user) for user in (alice, bob, mona)}
    report(alice, room)
    report(mona, room)
    assert [waiting(user, room) for user in (alice, mona, bob)] == [[(BOBS, 2)], [(BOBS, 2)], []]
    assert {user: rev(user) - was for user, was in before.items()} == {alice: 2, bob: 0, mona: 2}
    assert told.events == []


def test_moderators_are_told_neither_of_themselves_nor_of_those_above_them(
    alice: User, bob: User, mona: User, room: Room
) -> None:
    before = rev(mona)
    report(bob, room, MONAS)
    report(bob, room, ALICES)
    assert waiting(alice, room) == [(MONAS, 1)]
    assert waiting(mona, room) == []
    assert rev(mona) == before


def test_what_an_only_owner_wrote_waits_for_those_of_the_site(
    alice: User, bob: User, room: Room
) -> None:
    report(bob, room, ALICES)
    assert waiting(alice, room) == []
    assert Report.objects.filter(decided_at=None).count() == 1


def test_of_what_was_written_by_who_has_left_moderators_decide(
    alice: User, bob: User, mona: User, room: Room
) -> None:
    report(alice, room)
    report(bob, room, MONAS)
    for user in (bob, mona):
        members.leave_room(user.pk, commands.RoomLeave(id="1", room=room.pk))
    dana = make_person("dana")
    add_member(room.pk, dana)
    give(alice, room, dana, "moderator")
    assert waiting(dana, room) == [(BOBS, 1), (MONAS, 1)]


def test_the_first_reported_comes_first_and_no_more_than_can_be_told(
    alice: User, bob: User, mona: User, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    report(alice, room, MONAS)
    report(mona, room)
    assert waiting(alice, room) == [(MONAS, 1), (BOBS, 1)]
    monkeypatch.setattr("chat.reported.MAX_TOLD_REPORTS", 1)
    assert waiting(alice, room) == [(MONAS, 1)]


def test_so_many_wait_that_the_later_ones_have_to(
    alice: User, bob: User, mona: User, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those of one room do not keep those of another from being seen."""
    monkeypatch.setattr("chat.reported.MOST_COUNTED", 2)
    other = make_room(alice, bob, mona, name="Cellar")
    store(other, bob, "buy now")
    report(mona, room)
    report(alice, room)
    report(bob, room, MONAS)
    report(mona, other)
    assert waiting(alice, room) == [(BOBS, 2)]
    assert waiting(alice, other) == [(BOBS, 1)]
    decide(alice, room)
    assert waiting(alice, room) == [(MONAS, 1)]


def test_with_the_role_of_its_author_others_decide_and_learn_of_it(
    alice: User, bob: User, mona: User, room: Room
) -> None:
    report(alice, room)
    before = rev(mona)
    give(alice, room, bob, "moderator")
    assert (waiting(mona, room), waiting(bob, room)) == ([], [])
    give(alice, room, bob, "member")
    assert waiting(mona, room) == [(BOBS, 1)]
    assert rev(mona) == before + 2


def test_when_a_moderator_goes_the_others_decide_on_what_they_wrote(
    alice: User, bob: User, mona: User, room: Room
) -> None:
    give(alice, room, bob, "moderator")
    report(alice, room, MONAS)
    before = rev(bob)
    members.leave_room(mona.pk, commands.RoomLeave(id="1", room=room.pk))
    assert waiting(bob, room) == [(MONAS, 1)]
    assert rev(bob) == before + 1


def test_what_is_pruned_waits_no_longer(alice: User, mona: User, room: Room) -> None:
    report(mona, room)
    retention.set_retention(room.pk, 2)
    Message.objects.update(at=datetime.now(UTC) - timedelta(days=3))
    before = rev(alice)
    assert sum(retention.prune(room.pk)) >= BOBS
    assert waiting(alice, room) == []
    assert rev(alice) == before + 1


# ---- what they read


def test_who_may_decide_reads_who_reports_and_why(
    alice: User, bob: User, mona: User, room: Room
) -> None:
    report(mona, room)
    report(alice, room)
    answer = read(mona, room)
    (one,) = answer.reports
    assert (one.message.body, one.count) == ("buy now", 2)
    assert [(said.by, said.reason) for said in one.reports] == [
        (mona.pk, "Advertising."),
        (alice.pk, "Advertising."),
    ]
    assert {user.id for user in answer.users} == {alice.pk, bob.pk, mona.pk}


def test_of_many_who_report_the_first_are_named(
    alice: User, mona: User, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keepers, "MAX_NAMED_REPORTERS", 1)
    report(mona, room)
    report(alice, room)
    (one,) = read(alice, room).reports
    assert (one.count, [said.by for said in one.reports]) == (2, [mona.pk])


def test_only_what_waits_for_the_reader_is_read(
    alice: User, bob: User, mona: User, room: Room
) -> None:
    report(mona, room)
    report(bob, room, MONAS)
    assert [one.message.seq for one in read(mona, room).reports] == [BOBS]
    assert [one.message.seq for one in read(alice, room).reports] == [BOBS, MONAS]
    assert read(alice, room, ALICES).reports == []
    decide(alice, room)
    assert read(mona, room).reports == []


def test_a_long_answer_ends_before_its_bound(
    alice: User, bob: User, mona: User, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    report(mona, room)
    report(bob, room, MONAS)
    monkeypatch.setattr(keepers, "MESSAGES_BYTES", 1)
    assert [one.message.seq for one in read(alice, room).reports] == [BOBS]


def test_members_and_outsiders_read_none(alice: User, bob: User, carol: User, room: Room) -> None:
    report(alice, room)
    with pytest.raises(errors.Forbidden):
        read(bob, room)
    with pytest.raises(errors.NotFound):
        read(carol, room)


def test_a_conversation_has_nobody_who_keeps_order(alice: User, bob: User) -> None:
    direct = make_direct(alice, bob)
    store(direct, bob, "buy now")
    report(alice, direct)
    assert waiting(alice, direct) == []
    with pytest.raises(errors.Forbidden):
        read(alice, direct)
    with pytest.raises(errors.Forbidden):
        decide(alice, direct)


# ---- what they decide


def test_a_report_is_dismissed_for_all(alice: User, mona: User, room: Room, told: Told) -> None:
    report(alice, room)
    report(mona, room)
    before = rev(alice)
    decide(mona, room)
    rows = Report.objects.values_list("decision", "decided_by")
    assert set(rows) == {("dismissed", mona.pk)}
    assert (waiting(alice, room), waiting(mona, room)) == ([], [])
    assert rev(alice) == before + 1
    assert told.events == []


def test_what_is_removed_is_told_in_the_room(
    alice: User, mona: User, room: Room, told: Told
) -> None:
    report(mona, room)
    decide(mona, room, "removed")
    assert told.only()["message"]["deleted_at"]
    assert Report.objects.get().decision == Report.Decision.REMOVED
    assert Message.objects.get(room=room, seq=BOBS).deleted_by == mona
    assert waiting(alice, room) == []


def test_a_decision_is_in_the_audit_log(alice: User, bob: User, mona: User, room: Room) -> None:
    report(alice, room)
    decide(mona, room, "removed")
    rows = AuditEntry.objects.filter(actor=mona).order_by("pk")
    assert [(row.action, row.user, row.seq, row.reason) for row in rows] == [
        ("message.delete", bob, BOBS, "Advertising."),
        ("report.decide", bob, BOBS, "Advertising."),
    ]


def test_who_was_slower_is_told_and_the_same_again_changes_nothing(
    alice: User, mona: User, room: Room
) -> None:
    report(alice, room)
    decide(mona, room)
    decide(mona, room)
    with pytest.raises(errors.Conflict):
        decide(alice, room)
    with pytest.raises(errors.Conflict):
        decide(mona, room, "removed")
    assert AuditEntry.objects.filter(action="report.decide").count() == 1


def test_a_decision_sent_again_leaves_what_was_reported_since_to_be_decided(
    alice: User, bob: User, mona: User, room: Room
) -> None:
    report(alice, room)
    last = read(mona, room).reports[0].last
    decide(mona, room, last=last)
    report(mona, room)
    decide(mona, room, last=last)
    assert waiting(alice, room) == [(BOBS, 1)]
    assert AuditEntry.objects.filter(action="report.decide").count() == 1


def test_who_complains_while_it_is_decided_is_heard_unless_the_message_is_removed(
    alice: User, mona: User, room: Room
) -> None:
    report(alice, room)
    last = read(alice, room).reports[0].last
    report(mona, room)
    decide(alice, room, last=last)
    assert waiting(alice, room) == [(BOBS, 1)]
    decide(alice, room, "removed", last=read(alice, room).reports[0].last)
    assert [one.decision for one in Report.objects.order_by("pk")] == ["dismissed", "removed"]


def test_a_page_from_before_there_was_a_last_one_decides_on_all_that_waits(
    alice: User, mona: User, room: Room
) -> None:
    report(alice, room)
    report(mona, room)
    command = commands.ReportDecide(id="1", room=room.pk, seq=BOBS, decision="dismissed")
    reports.decide_in_room(alice.pk, command)
    assert waiting(alice, room) == []


def test_a_removal_settles_what_came_while_it_was_decided(
    alice: User, mona: User, room: Room
) -> None:
    report(alice, room)
    last = read(alice, room).reports[0].last
    report(mona, room)
    decide(alice, room, "removed", last=last)
    assert waiting(alice, room) == []


def test_what_was_not_reported_is_not_decided(alice: User, room: Room) -> None:
    with pytest.raises(errors.Conflict):
        decide(alice, room)
    with pytest.raises(errors.NotFound):
        decide(alice, room, seq=99)


@pytest.mark.parametrize("decision", ["dismissed", "removed"])
def test_nobody_decides_who_may_not(
    alice: User,
    bob: User,
    mona: User,
    carol: User,
    room: Room,
    decision: Literal["dismissed", "removed"],
) -> None:
    report(alice, room)
    for seq in (MONAS, ALICES):
        report(bob, room, seq)
    refused: list[tuple[User, int]] = [(bob, BOBS), (mona, MONAS), (mona, ALICES), (alice, ALICES)]
    for user, seq in refused:
        with pytest.raises(errors.Forbidden):
            decide(user, room, decision, seq)
    with pytest.raises(errors.NotFound):
        decide(carol, room, decision)
    assert not Report.objects.exclude(decided_at=None).exists()


# ---- what else decides


@pytest.mark.parametrize("decision", [Report.Decision.DISMISSED, Report.Decision.MUTED])
def test_what_is_decided_in_the_admin_goes_from_the_page(
    alice: User, mona: User, room: Room, decision: Report.Decision
) -> None:
    report(mona, room)
    before = rev(alice)
    reports.decide_report(make_owner().pk, Report.objects.get(), decision)
    assert (waiting(alice, room), rev(alice)) == ([], before + 1)
    with pytest.raises(errors.Conflict):
        decide(alice, room)


def test_what_is_decided_on_the_page_is_decided_in_the_admin(
    alice: User, mona: User, room: Room
) -> None:
    report(alice, room)
    decide(mona, room)
    with pytest.raises(errors.Conflict):
        reports.decide_report(make_owner().pk, Report.objects.get(), Report.Decision.REMOVED)


@pytest.mark.parametrize(
    ("who", "seq", "is_settled"),
    [
        (lambda alice, bob, mona: mona, BOBS, True),
        (lambda alice, bob, mona: bob, BOBS, False),  # else one could slip away so
        (lambda alice, bob, mona: mona, ALICES, False),
    ],
)
def test_a_message_that_is_deleted_by_who_decides_on_it_waits_no_longer(
    alice: User,
    bob: User,
    mona: User,
    room: Room,
    who: Callable[[User, User, User], User],
    seq: int,
    is_settled: bool,
) -> None:
    report(bob if seq == ALICES else alice, room, seq)
    actor = who(alice, bob, mona)
    messages.delete_message(actor.pk, commands.MessageDelete(id="1", room=room.pk, seq=seq))
    row = Report.objects.get()
    assert (row.decision, row.decided_by) == (("removed", actor) if is_settled else ("", None))
