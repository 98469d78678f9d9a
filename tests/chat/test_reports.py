from datetime import UTC, datetime

import pytest

from accounts.models import User
from chat import errors
from chat.actions import reports
from chat.models import Message, Report, Room
from chat.protocol.commands import MessageReport
from chat.protocol.limits import MAX_REASON
from tests.chat.stored import store
from tests.chat.told import Told

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def hello(room: Room, alice: User) -> None:
    store(room, alice, "buy now")


def report(actor: User, room: Room, seq: int = 1, reason: str = "Advertising.") -> None:
    command = MessageReport(id="1", room=room.pk, seq=seq, reason=reason)
    reports.report_message(actor.pk, command)


def test_a_report_waits_for_those_who_keep_order_and_nobody_is_told(
    bob: User, room: Room, told: Told
) -> None:
    report(bob, room, reason=" Advertising. ")
    stored = Report.objects.get()
    assert (stored.message.seq, stored.reporter, stored.reason) == (1, bob, "Advertising.")
    assert stored.decided_at is None
    assert told.events == []


def test_the_same_again_changes_nothing(bob: User, room: Room) -> None:
    report(bob, room)
    report(bob, room, reason="Really.")
    assert Report.objects.get().reason == "Advertising."


def test_who_complains_of_everything_has_to_wait(
    alice: User, bob: User, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reports, "MAX_WAITING_REPORTS", 1)
    store(room, alice, "buy more")
    report(bob, room)
    with pytest.raises(errors.RateLimited):
        report(bob, room, seq=2)
    report(bob, room)
    Report.objects.update(decided_at=datetime.now(UTC), decision="dismissed")
    report(bob, room, seq=2)
    assert Report.objects.count() == 2


def test_an_outsider_learns_nothing(carol: User, room: Room) -> None:
    for seq in (1, 2):
        with pytest.raises(errors.NotFound):
            report(carol, room, seq=seq)


def test_one_s_own_words_and_the_room_s_are_not_reported(
    alice: User, bob: User, room: Room
) -> None:
    with pytest.raises(errors.Forbidden):
        report(alice, room)
    Message.objects.update(kind="system", event={"name": "room_created", "params": {}})
    with pytest.raises(errors.Forbidden):
        report(bob, room)


def test_what_is_not_there_or_deleted_is_not_reported(bob: User, room: Room) -> None:
    with pytest.raises(errors.NotFound):
        report(bob, room, seq=2)
    Message.objects.update(body="", deleted_at=datetime.now(UTC))
    with pytest.raises(errors.Conflict):
        report(bob, room)


def test_a_report_says_why(bob: User, room: Room) -> None:
    with pytest.raises(errors.BadRequest):
        report(bob, room, reason=" \n")
    with pytest.raises(errors.TooLong):
        report(bob, room, reason="x" * (MAX_REASON + 1))


def test_an_archived_room_can_still_be_complained_about(bob: User, room: Room) -> None:
    Room.objects.filter(pk=room.pk).update(archived_at=datetime.now(UTC))
    report(bob, room)
    assert Report.objects.count() == 1
