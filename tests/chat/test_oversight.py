"""Those who keep order on the whole site: a room need not be theirs, but what they do there is told in it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.registration import register
from chat import errors
from chat.actions import oversight, reports
from chat.actions.messages import delete_message
from chat.actions.rooms import add_member, fit_settings
from chat.models import AuditEntry, Invite, Membership, Message, Report, Room, Sanction
from chat.protocol.commands import MessageDelete
from tests.chat.moderators import make_moderator, make_owner
from tests.chat.sending import say
from tests.chat.stored import complain, store
from tests.chat.told import Told
from tests.client import PASSWORD
from tests.people import make_direct

pytestmark = pytest.mark.django_db(transaction=True)

LATER = datetime.now(UTC) + timedelta(days=1)


@pytest.fixture
def mona(db: None) -> User:
    return make_moderator()


@pytest.fixture
def talk(room: Room, bob: User) -> list[Message]:
    store(room, bob, "buy now", "buy more", "hello")
    return list(Message.objects.filter(author=bob).order_by("seq"))


@pytest.fixture
def report(talk: list[Message], alice: User) -> Report:
    return complain(talk[0], alice, reason="Advertising.")


def membership(room: Room, user: User) -> Membership:
    return Membership.objects.select_related("room").get(room=room, user=user)


def audited() -> list[tuple[str | None, str, str | None, str]]:
    rows = AuditEntry.objects.select_related("actor", "user").order_by("pk")
    return [
        (
            row.actor.username if row.actor else None,
            row.action,
            row.user.username if row.user else None,
            row.reason,
        )
        for row in rows
    ]


def test_messages_of_any_room_are_removed_at_once_and_told(
    mona: User, room: Room, talk: list[Message], told: Told
) -> None:
    assert oversight.remove_messages(mona.pk, talk[:2], reason=" spam ") == 2
    assert [event["message"]["body"] for event in told.events] == ["", ""]
    assert all(event["message"]["deleted_at"] for event in told.events)
    assert audited() == [("mona", "message.delete", "bob", "spam")] * 2
    assert [*AuditEntry.objects.order_by("pk").values_list("room", "seq")] == [
        (room.pk, message.seq) for message in talk[:2]
    ]


def test_what_is_gone_or_the_room_s_own_is_left_alone(
    mona: User, talk: list[Message], told: Told
) -> None:
    oversight.remove_messages(mona.pk, talk[:1], reason="spam")
    Message.objects.filter(pk=talk[1].pk).update(kind="system", event={"name": "x"})
    assert oversight.remove_messages(mona.pk, talk[:2], reason="spam") == 0
    assert len(told.events) == 1


def test_a_removal_decides_what_was_reported(mona: User, report: Report) -> None:
    oversight.remove_messages(mona.pk, [report.message], reason="spam")
    report.refresh_from_db()
    assert (report.decision, report.decided_by) == ("removed", mona)


def test_a_sanction_in_a_room_and_everywhere_until_it_is_lifted(
    mona: User, bob: User, room: Room
) -> None:
    oversight.sanction(mona.pk, bob.pk, "mute", "noise", until=LATER, room_id=room.pk)
    oversight.sanction(mona.pk, bob.pk, "mute", "noise")
    with pytest.raises(errors.Muted):
        say(bob, room)
    for sanction in Sanction.objects.order_by("pk"):
        oversight.lift(mona.pk, sanction)
    assert say(bob, room)
    acts = ["sanction.mute"] * 2 + ["sanction.unmute"] * 2
    assert [action for _, action, _, _ in audited()] == acts


def test_a_ban_from_a_room_ends_the_membership(
    mona: User, bob: User, room: Room, told: Told
) -> None:
    oversight.sanction(mona.pk, bob.pk, "ban", "noise", room_id=room.pk)
    assert told.types == ["member", "message"]
    assert membership(room, bob).ending == Membership.Ending.BANNED


@pytest.mark.parametrize("kind", ["mute", "ban"])
def test_a_moderator_judges_neither_staff_nor_themselves_and_an_owner_judges_both(
    mona: User, room: Room, kind: str
) -> None:
    owner = make_owner()
    other = register(username="sam", password=PASSWORD, is_staff=True)
    for user in (mona, owner, other):
        with pytest.raises(errors.Forbidden):
            oversight.sanction(mona.pk, user.pk, kind, "why not")
    with pytest.raises(errors.Forbidden):
        oversight.sanction(owner.pk, owner.pk, kind, "why not")
    with pytest.raises(errors.NotFound):
        oversight.sanction(owner.pk, 2**40, kind, "why not")
    oversight.sanction(owner.pk, other.pk, kind, "because")
    assert Sanction.objects.get().user == other


def test_only_an_owner_of_the_site_places_staff_in_a_room(mona: User, room: Room) -> None:
    owner, other = make_owner(), register(username="sam", password=PASSWORD, is_staff=True)
    members = [add_member(room.pk, user) for user in (mona, owner, other)]
    for member in members:
        with pytest.raises(errors.Forbidden):
            oversight.change_role(mona.pk, member, "owner")
        with pytest.raises(errors.Forbidden):
            oversight.remove_member(mona.pk, member, reason="why not")
    for member in members:
        oversight.change_role(owner.pk, member, "owner")
        oversight.remove_member(owner.pk, member, reason="because")
    assert not Membership.objects.active().filter(room=room, user__is_staff=True).exists()


def test_a_moderator_lifts_no_sanction_of_staff_nor_their_own(mona: User, room: Room) -> None:
    owner, other = make_owner(), register(username="sam", password=PASSWORD, is_staff=True)
    for user in (mona, other):
        oversight.sanction(owner.pk, user.pk, "mute", "because")
        oversight.sanction(owner.pk, user.pk, "mute", "because", room_id=room.pk)
    for sanction in Sanction.objects.all():
        with pytest.raises(errors.Forbidden):
            oversight.lift(mona.pk, sanction)
    assert not Sanction.objects.exclude(lifted_at=None).exists()
    oversight.lift(owner.pk, Sanction.objects.get(user=mona, room=None))


def test_a_room_is_changed_archived_and_restored(mona: User, room: Room, told: Told) -> None:
    oversight.update_room(mona.pk, room.pk, fit_settings(" The  Attic ", "Up", 3))
    oversight.archive_room(mona.pk, room.pk, to=True, reason="over")
    oversight.archive_room(mona.pk, room.pk, to=True)
    oversight.archive_room(mona.pk, room.pk, to=False)
    assert told.types == ["room", "message", "message", "room", "message", "room", "message"]
    room.refresh_from_db()
    assert (room.name, room.topic, room.slow_mode, room.archived_at) == ("The Attic", "Up", 3, None)
    acts = [(action, reason) for _, action, _, reason in audited()]
    assert acts == [("room.update", ""), ("room.archive", "over"), ("room.restore", "")]


def test_members_come_get_a_role_and_go(mona: User, carol: User, room: Room, told: Told) -> None:
    oversight.add_member(mona.pk, room.pk, " Carol ")
    oversight.change_role(mona.pk, membership(room, carol), "moderator")
    oversight.remove_member(mona.pk, membership(room, carol), reason="by mistake")
    assert told.types == ["member", "message", "member", "member", "message"]
    assert audited() == [
        ("mona", "room.add", "carol", ""),
        ("mona", "room.role", "carol", ""),
        ("mona", "room.remove", "carol", "by mistake"),
    ]
    with pytest.raises(errors.NotFound):
        oversight.remove_member(mona.pk, membership(room, carol), reason="again")


def test_what_took_the_place_of_a_sanction_is_not_lifted_with_it(mona: User, bob: User) -> None:
    oversight.sanction(mona.pk, bob.pk, "mute", "noise", until=LATER)
    former = Sanction.objects.get()
    oversight.sanction(mona.pk, bob.pk, "mute", "noise again")
    with pytest.raises(errors.Conflict):
        oversight.lift(mona.pk, former)
    assert Sanction.objects.get(lifted_at=None).reason == "noise again"


def test_a_room_whose_only_owner_is_removed_gets_another(
    mona: User, alice: User, bob: User, room: Room
) -> None:
    oversight.remove_member(mona.pk, membership(room, alice), reason="left the firm")
    assert membership(room, bob).role == Membership.Role.OWNER


def test_a_room_whose_only_owner_is_banned_gets_another(
    mona: User, alice: User, bob: User, room: Room
) -> None:
    oversight.sanction(mona.pk, alice.pk, "ban", "spam", room_id=room.pk)
    assert membership(room, bob).role == Membership.Role.OWNER


def test_to_take_an_owner_out_is_no_way_to_become_one(
    mona: User, alice: User, bob: User, room: Room
) -> None:
    add_member(room.pk, mona)
    later = datetime.now(UTC) + timedelta(hours=1)
    Membership.objects.filter(room=room, user=bob).update(joined_at=later)
    oversight.remove_member(mona.pk, membership(room, alice), reason="x")
    assert membership(room, bob).role == Membership.Role.OWNER
    assert [(entry[1], entry[2]) for entry in audited()] == [
        ("room.role", "bob"),
        ("room.remove", "alice"),
    ]
    oversight.sanction(mona.pk, bob.pk, "ban", "x", room_id=room.pk)
    assert membership(room, mona).role == Membership.Role.MEMBER


def test_who_is_a_member_already_is_added_only_once(mona: User, room: Room, carol: User) -> None:
    for _ in range(2):
        oversight.add_member(mona.pk, room.pk, "carol")
    assert [action for _, action, _, _ in audited()] == ["room.add"]


def test_a_conversation_stays_as_it_is(mona: User, alice: User, bob: User) -> None:
    direct = make_direct(alice, bob)
    theirs = membership(direct, bob)
    with pytest.raises(errors.Conflict):
        oversight.archive_room(mona.pk, direct.pk, to=True)
    with pytest.raises(errors.Conflict):
        oversight.remove_member(mona.pk, theirs, reason="x")
    with pytest.raises(errors.Conflict):
        oversight.add_member(mona.pk, direct.pk, "mona")
    with pytest.raises(errors.Conflict):
        oversight.sanction(mona.pk, bob.pk, "ban", "x", room_id=direct.pk)


def test_a_link_into_a_room_is_revoked_once(alice: User, room: Room) -> None:
    owner, invite = make_owner(), Invite.objects.create(room=room, created_by=alice)
    for _ in range(2):
        oversight.revoke_invite(owner.pk, Invite.objects.get(pk=invite.pk))
    assert [action for _, action, _, _ in audited()] == ["invite.revoke"]


Verb = Callable[[int, Room, User], object]
VERBS: list[Verb] = [
    lambda actor, room, user: oversight.remove_messages(actor, [], reason="x"),
    lambda actor, room, user: oversight.sanction(actor, user.pk, "mute", "x"),
    lambda actor, room, user: oversight.sanction(actor, user.pk, "ban", "x", room_id=room.pk),
    lambda actor, room, user: oversight.lift(actor, Sanction(user=user, kind="mute")),
    lambda actor, room, user: oversight.update_room(actor, room.pk, {"topic": "x"}),
    lambda actor, room, user: oversight.archive_room(actor, room.pk, to=True),
    lambda actor, room, user: oversight.add_member(actor, room.pk, user.username),
    lambda actor, room, user: oversight.remove_member(actor, membership(room, user), reason="x"),
    lambda actor, room, user: oversight.change_role(actor, membership(room, user), "owner"),
    lambda actor, room, user: oversight.revoke_invite(actor, Invite(room=room)),
    lambda actor, room, user: reports.decide_report(actor, Report(), Report.Decision.DISMISSED),
]


def test_all_of_it_is_for_those_with_the_permission_who_are_staff_still(
    mona: User, alice: User, bob: User, room: Room, told: Told
) -> None:
    plain = User.objects.create_user("sam", is_staff=True)
    User.objects.filter(pk=mona.pk).update(is_staff=False)
    for verb in VERBS:
        for actor in (alice, plain, mona):
            with pytest.raises(errors.Forbidden):
                verb(actor.pk, room, bob)
    assert told.events == []
    assert not AuditEntry.objects.exists()


# ---- reports


@pytest.mark.parametrize("decision", list(Report.Decision))
def test_a_decision_is_for_all_who_complained_and_does_what_it_says(
    mona: User, carol: User, bob: User, report: Report, decision: Report.Decision
) -> None:
    newest = complain(report.message, carol, reason="Again.")
    reports.decide_report(mona.pk, newest, decision)
    decided = Report.objects.values_list("decision", "decided_by")
    assert set(decided) == {(decision, mona.pk)}
    report.message.refresh_from_db()
    assert (report.message.deleted_at is None) == (decision == "dismissed")
    kinds = {"muted": "mute", "banned": "ban"}
    sanctions = list(Sanction.objects.values_list("kind", "user", "room"))
    expected: list[Any] = [(kinds[decision], bob.pk, None)] if decision in kinds else []
    assert sanctions == expected
    entry = AuditEntry.objects.get(action="report.decide")
    assert (entry.user, entry.seq, entry.details) == (bob, 1, {"decision": decision})


@pytest.mark.parametrize("decision", list(Report.Decision))
def test_a_decision_is_written_once(mona: User, report: Report, decision: Report.Decision) -> None:
    with CaptureQueriesContext(connection) as captured:
        reports.decide_report(mona.pk, report, decision)
    writes = [query for query in captured if 'UPDATE "chat_report"' in query["sql"]]
    assert len(writes) == 1


def test_what_its_author_deleted_meanwhile_is_decided_all_the_same(
    mona: User, bob: User, room: Room, report: Report
) -> None:
    delete_message(bob.pk, MessageDelete(id="1", room=room.pk, seq=report.message.seq))
    reports.decide_report(mona.pk, report, Report.Decision.REMOVED)
    assert Report.objects.get().decision == "removed"


def test_a_mute_by_decision_ends_a_ban_does_not(mona: User, report: Report) -> None:
    reports.decide_report(mona.pk, report, Report.Decision.MUTED)
    assert Sanction.objects.get().until
    Report.objects.update(decided_at=None)
    reports.decide_report(mona.pk, report, Report.Decision.BANNED)
    assert Sanction.objects.get(kind="ban").until is None


def test_a_decision_makes_no_sanction_shorter(mona: User, bob: User, report: Report) -> None:
    oversight.sanction(mona.pk, bob.pk, "mute", "noise")
    reports.decide_report(mona.pk, report, Report.Decision.MUTED)
    assert Sanction.objects.get(lifted_at=None).until is None


def test_a_moderator_decides_nothing_about_their_own_words_an_owner_may_be_alone(
    mona: User, alice: User, room: Room
) -> None:
    for author in (mona, make_owner()):
        store(room, author, "shut up")
    by_moderator, by_owner = (
        complain(message, alice, reason="Rude.") for message in Message.objects.order_by("seq")
    )
    for decision in (Report.Decision.DISMISSED, Report.Decision.REMOVED):
        with pytest.raises(errors.Forbidden):
            reports.decide_report(mona.pk, by_moderator, decision)
    reports.decide_report(by_owner.message.author_id or 0, by_owner, Report.Decision.DISMISSED)
    assert [one.decision for one in Report.objects.order_by("pk")] == ["", "dismissed"]


def test_what_somebody_else_has_decided_stays_decided(mona: User, report: Report) -> None:
    reports.decide_report(mona.pk, report, Report.Decision.DISMISSED)
    with pytest.raises(errors.Conflict):
        reports.decide_report(mona.pk, report, Report.Decision.REMOVED)
    assert Message.objects.get(pk=report.message_id).body == "buy now"


def test_a_decision_that_may_not_be_done_to_the_end_is_not_begun(
    mona: User, bob: User, report: Report
) -> None:
    User.objects.filter(pk=bob.pk).update(is_staff=True)
    with pytest.raises(errors.Forbidden):
        reports.decide_report(mona.pk, report, Report.Decision.BANNED)
    report.refresh_from_db()
    assert report.decided_at is None
    assert Message.objects.get(pk=report.message_id).deleted_at is None
