import json

import pytest

from accounts.models import User
from chat.actions import announcements
from chat.actions.announcements import MAX_TEXT
from chat.models import AuditEntry, Message, Room
from chat.queries import history
from tests.chat.operating import interrupting, refusal, run
from tests.chat.told import Told
from tests.chat.verifying import verify
from tests.people import make_direct

pytestmark = pytest.mark.django_db(transaction=True)

TEXT = "We update at 22:00."


def heard(reader: User, room: Room) -> list[object]:
    return [one.event for one in history(reader.pk, room.pk).messages]


def test_it_is_said_in_the_room(room: Room, bob: User, told: Told) -> None:
    assert run("announce", "--room", "atelier", TEXT) == "Said in 1 room.\n"
    assert heard(bob, room) == [{"name": "announcement", "params": {"text": TEXT}}]
    message = told.only()["message"]
    assert (message["kind"], message["author"]) == ("system", None)
    assert verify()[0] == 0


def test_it_is_said_in_all_rooms_but_the_archived_and_the_direct(
    room: Room, alice: User, bob: User
) -> None:
    direct = make_direct(alice, bob)
    archived = Room.objects.create(
        kind="public", name="Old", slug="old", archived_at=alice.date_joined
    )
    assert run("announce", TEXT) == "Said in 2 rooms.\n"
    assert not Message.objects.filter(room__in=[direct, archived]).exists()
    assert AuditEntry.objects.filter(action="room.announce").count() == 2


def test_to_say_it_again_says_nothing_twice(room: Room) -> None:
    run("announce", TEXT)
    assert run("announce", TEXT) == "Said in 0 rooms; 2 had just heard it.\n"
    assert Message.objects.count() == 2


def test_what_was_interrupted_is_gone_on_with(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(announcements, "announce", interrupting(announcements.announce, 1))
        assert refusal("announce", TEXT)[0] == 1
    assert run("announce", TEXT) == "Said in 1 room; 1 had just heard it.\n"


def test_it_is_one_line_and_no_markup(room: Room, alice: User) -> None:
    run("announce", "--room", "atelier", "  two\nlines <b> ")
    [event] = heard(alice, room)
    assert event == {"name": "announcement", "params": {"text": "two lines <b>"}}


def test_an_archived_room_is_refused(room: Room, alice: User) -> None:
    Room.objects.filter(pk=room.pk).update(archived_at=alice.date_joined)
    assert refusal("announce", "--room", "atelier", TEXT) == (1, "This room is archived.")


@pytest.mark.parametrize(
    "arguments", [("",), (" \n",), ("x" * (MAX_TEXT + 1),), (TEXT, "--room", "nowhere")]
)
def test_bad_input_is_refused(room: Room, arguments: tuple[str, ...]) -> None:
    assert refusal("announce", *arguments)[0] == 2
    assert not Message.objects.exists()


def test_json_is_one_object(room: Room) -> None:
    assert json.loads(run("announce", "--json", TEXT)) == {"said": 2, "left_out": 0}
