import re
from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, OperationalError
from django.utils import timezone

from accounts.models import User
from chat.models import Message, Room, SearchEntry
from chat.verify import client_ids, progress, repair, report, revs, timeline
from tests.chat.stored import store
from tests.chat.verifying import findings, verify, verify_json

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def talk(room: Room, alice: User) -> None:
    """Five messages in a room, two in `general`."""
    store(room, alice, *"abcde")
    store(Room.objects.get(slug="general"), alice, "one", "two")


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def test_all_is_well() -> None:
    code, text = verify()
    assert code == 0
    assert text.startswith("Checked 2 rooms, 7 messages, 0 attachments in ")
    assert text.endswith(" s: no trouble found.\n")


def test_a_finding_is_a_line_and_the_exit_code(room: Room) -> None:
    Room.objects.filter(pk=room.pk).update(member_count=3)
    code, text = verify()
    first, closing = text.splitlines()
    assert first == (
        f"member_count: room {room.pk}: member_count is 3, but 2 are members (--repair mends it)"
    )
    assert closing.endswith("s: 1 finding.")
    assert code == 1


def test_one_room_is_checked_by_its_id_or_its_address(room: Room) -> None:
    Message.objects.filter(room=room, seq=4).delete()
    assert findings("--room", str(room.pk)) == [("seq", 4)]
    assert findings("--room", "atelier") == [("seq", 4)]
    assert findings("--room", "general") == []
    assert verify("--room", "general")[1].startswith("Checked 1 room, 2 messages, 0 attachments")


def test_an_address_may_look_like_an_id(room: Room) -> None:
    Room.objects.filter(pk=room.pk).update(slug="2026", member_count=3)
    assert findings("--room", "2026") == [("member_count", None)]


@pytest.mark.parametrize("name", ["nowhere", "0", "-1", "9" * 40, "²", ""])
def test_an_unknown_room_is_refused(name: str) -> None:
    with pytest.raises(CommandError, match="There is no room") as refusal:
        call_command("verify_chat", f"--room={name}")
    assert refusal.value.returncode == 2


def test_json_is_an_object_a_line(room: Room) -> None:
    Room.objects.filter(pk=room.pk).update(member_count=3)
    finding, checked = verify_json()
    assert finding == {
        "type": "finding",
        "check": "member_count",
        "detail": "member_count is 3, but 2 are members",
        "room_id": room.pk,
        "seq": None,
        "repairable": True,
    }
    seconds = checked.pop("seconds")
    assert seconds >= 0
    assert checked == {
        "type": "checked",
        "rooms": 2,
        "messages": 7,
        "attachments": 0,
        "mended": 0,
        "findings": 1,
        "words_one_in": 1,
    }


def test_a_flood_of_findings_is_cut_short(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "MAX_OF_A_KIND", 2)
    Message.objects.filter(room=room).update(deleted_at=timezone.now(), body="", content=[])
    SearchEntry.objects.filter(message__room=room).delete()
    Room.objects.filter(pk=room.pk).update(member_count=3)
    lines = verify()[1].splitlines()
    assert len([line for line in lines if line.startswith("deleted: room ")]) == 2
    assert lines[-2] == "deleted: and 3 more"
    assert lines[-1].endswith(": 6 findings.")
    assert {"type": "more", "check": "deleted", "number": 3} in verify_json()


def test_a_terminal_shows_how_far_it_is(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "REDRAW_SECONDS", 0)
    Message.objects.filter(room=room, seq=3).delete()
    _, text = verify(out=Terminal())
    shares = [int(share) for share in re.findall(r"(\d+)%, [\d,]+ messages/s, 0:00 left", text)]
    assert shares == sorted(shares)
    assert shares[-1] > 80
    for line in text.rstrip("\n").split("\n"):
        assert line.startswith("\r\x1b[K")  # nothing is left of the bar
    assert f"\r\x1b[Kseq: room {room.pk}: message 3 is missing" in text


@pytest.mark.parametrize("arguments", [(), ("--json",)])
def test_nothing_but_lines_goes_into_a_pipe(
    monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    monkeypatch.setattr(progress, "REDRAW_SECONDS", 0)
    assert "\r" not in verify(*arguments)[1]


def test_json_on_a_terminal_is_nothing_but_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "REDRAW_SECONDS", 0)
    assert "\r" not in verify("--json", out=Terminal())[1]


def test_the_bar_tells_how_fast_and_how_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each message is read three times, so a third of the rows proves a third of the messages."""
    drawn: list[str] = []
    now = iter([0.0, 100.0, 100.1, 500.0])
    monkeypatch.setattr("chat.verify.progress.time.monotonic", lambda: next(now))
    bar = progress.Progress(drawn.append, messages=3_000_000, rows=9_000_000)
    bar.advance(3_000_000)
    bar.advance(1)  # too soon to draw again
    bar.advance(9_000_000)
    assert drawn == [
        "\r\x1b[K33%, 10,000 messages/s, 3:20 left",
        "\r\x1b[K99%, 5,940 messages/s, 0:05 left",
    ]


def fail_with(
    monkeypatch: pytest.MonkeyPatch,
    module: object,
    failure: BaseException,
    name: str = "check",
) -> None:
    def check(*_: object) -> Iterator[None]:
        yield from ()
        raise failure

    monkeypatch.setattr(module, name, check)


def raise_from(monkeypatch: pytest.MonkeyPatch, failure: BaseException) -> None:
    """The statement that judges many messages at once fails."""

    def judge(*_: object) -> None:
        raise failure

    monkeypatch.setattr(timeline, "_judge", judge)


def test_what_cannot_be_judged_at_once_is_walked(monkeypatch: pytest.MonkeyPatch) -> None:
    raise_from(monkeypatch, DatabaseError("invalid page in block 7 of base/1/2"))
    code, text = verify()
    assert (code, text.startswith("Checked 2 rooms, 7 messages, ")) == (0, True)


def test_a_table_that_cannot_be_read_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    raise_from(monkeypatch, DatabaseError("invalid page in block 7 of base/1/2"))
    for module in (client_ids, revs):
        fail_with(monkeypatch, module, DatabaseError("invalid page in block 7\nof base/1/2"))
    code, text = verify()
    assert code == 1
    assert text.count("the database cannot read it: invalid page in block 7 of base/1/2") == 3


def test_a_repair_that_the_database_refuses_is_a_finding(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    Room.objects.filter(pk=room.pk).update(member_count=3)
    fail_with(monkeypatch, repair, IntegrityError("CHECK constraint failed"), name="mend")
    code, text = verify("--repair")
    assert code == 1
    assert f"repair: room {room.pk}: the database refuses: CHECK constraint failed" in text
    assert f"member_count: room {room.pk}: " in text


@pytest.mark.parametrize(
    ("failure", "said"),
    [
        (OperationalError("server closed the connection"), "server closed"),
        (PermissionError(13, "Permission denied", "/srv/media"), "Permission denied: '/srv/media'"),
        (KeyboardInterrupt(), "Stopped"),
    ],
)
def test_an_examination_that_does_not_end_proves_nothing(
    monkeypatch: pytest.MonkeyPatch, failure: BaseException, said: str
) -> None:
    raise_from(monkeypatch, failure)
    with pytest.raises(CommandError, match=said) as end:
        verify()
    assert end.value.returncode == 2


def test_whoever_stops_it_is_answered_on_a_line_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "REDRAW_SECONDS", 0)
    fail_with(monkeypatch, client_ids, KeyboardInterrupt())
    terminal = Terminal()
    with pytest.raises(CommandError):
        verify(out=terminal)
    assert "%" in terminal.getvalue()
    assert terminal.getvalue().endswith("\r\x1b[K")
