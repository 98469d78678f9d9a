import json
import os
import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, connection

from accounts.management import operating
from accounts.models import User
from chat import search_index
from chat.actions import pacing, retention
from chat.actions.messages import edit_message, pin_message
from chat.actions.pacing import Pace
from chat.actions.reactions import add_reaction
from chat.actions.reports import report_message
from chat.models import (
    Attachment,
    AuditEntry,
    Membership,
    Mention,
    Message,
    MessageEdit,
    Reaction,
    Report,
    Room,
)
from chat.protocol import commands
from chat.queries import history
from tests.chat.operating import interrupting, refusal, run
from tests.chat.sending import say
from tests.chat.told import Told
from tests.chat.uploading import stored_files, upload
from tests.chat.verifying import verify

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("media")]

KEEP = 30


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pacing, "PAUSE_SECONDS", 0)


@pytest.fixture
def talk(room: Room, alice: User) -> Room:
    """Six messages, of which the first four are older than the room keeps them."""
    for number in range(1, 7):
        say(alice, room, f"message {number}")
    make_old(room, 4)
    Room.objects.filter(pk=room.pk).update(retention_days=KEEP)
    room.refresh_from_db()
    return room


def make_old(room: Room, up_to: int) -> None:
    long_ago = datetime.now(UTC) - timedelta(days=KEEP + 1)
    Message.objects.filter(room=room, seq__lte=up_to).update(at=long_ago)


def bodies(reader: User, room: Room) -> list[str]:
    return [one.body for one in history(reader.pk, room.pk).messages]


def test_at_first_it_only_says_what_would_go(talk: Room, alice: User) -> None:
    assert run("prune_messages") == (
        "atelier: 4 messages are older than 30 days.\n4 messages would go. Remove with --go.\n"
    )
    assert len(bodies(alice, talk)) == 6


def test_what_is_older_goes_and_the_timeline_stays_whole(talk: Room, alice: User) -> None:
    assert run("prune_messages", "--go") == ("atelier: 4 messages removed.\nRemoved 4 messages.\n")
    assert bodies(alice, talk) == ["message 5", "message 6"]
    talk.refresh_from_db()
    assert (talk.first_seq, talk.last_seq) == (5, 6)
    assert say(alice, talk).seq == 7
    assert verify()[0] == 0


def test_open_pages_are_told(talk: Room, told: Told) -> None:
    run("prune_messages", "--go")
    event = told.only()
    assert (event["type"], event["room"]["first_seq"]) == ("room", 5)


def test_all_that_hangs_on_a_message_goes_with_it(
    room: Room, alice: User, bob: User, media: Path
) -> None:
    file = upload(alice, room)
    seq = say(alice, room, "hello @bob", attachments=[file.pk]).seq
    edit_message(alice.pk, commands.MessageEdit(id="1", room=room.pk, seq=seq, body="hi @bob"))
    add_reaction(bob.pk, commands.ReactionAdd(id="1", room=room.pk, seq=seq, emoji="👍"))
    pin_message(alice.pk, commands.MessagePin(id="1", room=room.pk, seq=seq))
    report_message(bob.pk, commands.MessageReport(id="1", room=room.pk, seq=seq, reason="rude"))
    row = Message.objects.get(room=room, seq=seq)
    make_old(room, seq)
    run("prune_messages", "--room", "atelier", "--keep", str(KEEP), "--go")
    for model in (Message, MessageEdit, Reaction, Mention, Attachment, Report):
        assert not model.objects.exists(), model
    assert search_index.read([row.pk]) == {}
    assert stored_files(media) == []
    assert verify()[0] == 0


def test_who_was_mentioned_counts_one_less(room: Room, alice: User, bob: User) -> None:
    make_old(room, say(alice, room, "hello @bob").seq)
    bob.refresh_from_db()
    run("prune_messages", "--room", "atelier", "--keep", str(KEEP), "--go")
    part = Membership.objects.with_mentions().get(room=room, user=bob)
    assert part.mentions == 0
    assert User.objects.get(pk=bob.pk).rev > bob.rev  # so their pages are told


def test_a_room_may_lose_all_and_go_on(talk: Room, alice: User) -> None:
    make_old(talk, 6)
    run("prune_messages", "--go")
    assert bodies(alice, talk) == []
    assert verify()[0] == 0
    assert say(alice, talk, "anew").seq == 7
    assert bodies(alice, talk) == ["anew"]


def test_to_run_it_again_changes_nothing(talk: Room, told: Told) -> None:
    run("prune_messages", "--go")
    talk.refresh_from_db()
    rev, events = talk.last_rev, len(told.events)
    assert run("prune_messages", "--go") == "atelier: 0 messages removed.\nRemoved 0 messages.\n"
    talk.refresh_from_db()
    assert (talk.last_rev, len(told.events)) == (rev, events)


def test_rooms_without_a_retention_keep_everything(room: Room, alice: User) -> None:
    make_old(room, say(alice, room).seq)
    assert run("prune_messages", "--go").startswith("Nothing to do")
    assert len(bodies(alice, room)) == 1


def test_what_was_interrupted_is_gone_on_with(
    talk: Room, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pacing, "FIRST", 1)
    with monkeypatch.context() as patch:
        patch.setattr(retention, "_prune_some", interrupting(retention._prune_some, 2))
        assert refusal("prune_messages", "--go") == (
            1,
            "Stopped before the end; run it again to go on.",
        )
    assert len(bodies(alice, talk)) < 6
    assert verify()[0] == 0
    run("prune_messages", "--go")
    assert bodies(alice, talk) == ["message 5", "message 6"]


def test_a_service_manager_may_end_it(talk: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    def end(*_: object) -> int:
        os.kill(os.getpid(), signal.SIGTERM)
        return 1

    monkeypatch.setattr(retention, "_prune_some", end)
    assert refusal("prune_messages", "--go")[0] == 1


def test_it_sleeps_only_between_two_batches(talk: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pacing, "FIRST", 1)
    slept: list[bool] = []
    prune_some = retention._prune_some

    def asked_to_sleep(room_id: int, limit: int, pace: Pace) -> int:
        os.kill(os.getpid(), signal.SIGTSTP)
        return prune_some(room_id, limit, pace)

    monkeypatch.setattr(retention, "_prune_some", asked_to_sleep)
    monkeypatch.setattr(operating, "_sleep", lambda: slept.append(connection.in_atomic_block))
    run("prune_messages", "--go")
    assert len(slept) > 1
    assert not any(slept)


def test_retention_is_set_and_lifted(room: Room) -> None:
    run("prune_messages", "--room", str(room.pk), "--keep", "365")
    assert Room.objects.get(pk=room.pk).retention_days == 365
    run("prune_messages", "--room", "atelier", "--keep", "forever")
    assert Room.objects.get(pk=room.pk).retention_days is None
    entries = AuditEntry.objects.filter(action="room.retention").order_by("pk")
    assert [entry.details["to"] for entry in entries] == [365, None]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--room", "nowhere"), "There is no room 'nowhere'."),
        (("--keep", "30"), "--keep needs --room."),
        (("--room", "atelier", "--keep", "-1"), "--keep is a number of days or 'forever'"),
        (("--room", "atelier", "--keep", "1"), "A room keeps its messages for 2 to 36500 days"),
        (("--room", "atelier", "--keep", "999999999"), "A room keeps its messages for 2 to 36500"),
    ],
)
def test_bad_input_is_refused(room: Room, arguments: tuple[str, ...], said: str) -> None:
    code, line = refusal("prune_messages", *arguments)
    assert (code, line[: len(said)]) == (2, said)


def test_the_database_refuses_a_retention_shorter_than_a_browser_tries(room: Room) -> None:
    with pytest.raises(IntegrityError, match="room_keeps_what_may_be_sent_again"):
        Room.objects.filter(pk=room.pk).update(retention_days=1)


def test_json_is_an_object_a_line(talk: Room) -> None:
    room = {"room": talk.pk, "slug": "atelier", "keep_days": KEEP, "messages": 4}
    dry, removed = (
        [json.loads(line) for line in run("prune_messages", "--json", *more).splitlines()]
        for more in ((), ("--go",))
    )
    assert dry == [
        room | {"files": 0, "bytes": 0},
        {"rooms": 1, "messages": 4, "removed": False},
    ]
    assert removed == [room, {"rooms": 1, "messages": 4, "removed": True}]


def test_batches_grow_while_they_are_quick_and_shrink_when_they_are_slow(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = 0.0
    monkeypatch.setattr("chat.actions.pacing.time.monotonic", lambda: now)
    monkeypatch.setattr("chat.actions.pacing.time.sleep", lambda _: None)
    pace = Pace()
    with pace.batch() as first:
        now += pacing.HOLD_SECONDS / 4
    with pace.batch() as second:
        now += pacing.HOLD_SECONDS * 4
    assert second > first
    assert pace.size <= second // 4 + 1


def test_what_a_batch_waited_for_its_lock_makes_the_next_no_smaller(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = 0.0
    monkeypatch.setattr("chat.actions.pacing.time.monotonic", lambda: now)
    monkeypatch.setattr("chat.actions.pacing.time.sleep", lambda _: None)
    pace = Pace()
    with pace.batch() as size:
        now += pacing.HOLD_SECONDS * 10
        pace.begin_to_hold()
        now += pacing.HOLD_SECONDS / 4
    assert pace.size > size
