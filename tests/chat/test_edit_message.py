from datetime import UTC, datetime

import pytest

from accounts.models import User
from chat import errors, queries
from chat.actions import messages
from chat.actions.rooms import add_member
from chat.changes import room_changes
from chat.models import Membership, Message, MessageEdit, Room, Sanction
from chat.protocol.codec import encode
from chat.protocol.commands import MessageEdit as EditCommand
from chat.protocol.limits import MAX_BODY, MAX_MENTIONS, MAX_REPLY_BYTES
from tests.chat.stored import store
from tests.chat.told import Told
from tests.people import make_person

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def hello(room: Room, bob: User) -> None:
    """Bob's message, the room's first."""
    store(room, bob, "hello")


def edit(actor: User, room: Room | int, body: str, seq: int = 1) -> int:
    room_id = room if isinstance(room, int) else room.pk
    return messages.edit_message(
        actor.pk, EditCommand(id="1", room=room_id, seq=seq, body=body)
    ).rev


def bodies(reader: User, room: Room, seq: int = 1) -> list[str]:
    return [edit.body for edit in queries.message_edits(reader.pk, room.pk, seq).edits]


def test_an_author_edits_and_everybody_is_told(bob: User, room: Room, told: Told) -> None:
    rev = edit(bob, room, "hello, **world**")
    assert rev == room.last_rev + 1
    message = told.only()["message"]
    assert (message["seq"], message["rev"], message["body"]) == (1, rev, "hello, **world**")
    assert message["content"][0]["t"] == "p"
    assert message["edited_at"]


def test_an_edit_is_in_what_one_who_was_away_catches_up_with(
    alice: User, bob: User, room: Room, told: Told
) -> None:
    edit(bob, room, "hi")
    (message,) = room_changes(alice.pk, room.pk, room.last_rev).messages
    assert encode(message) == encode(told.only()["message"])


def test_it_comes_to_rest_some_time(bob: User, room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, "MAX_EDITS", 2)
    edit(bob, room, "hi")
    edit(bob, room, "hey")
    with pytest.raises(errors.Conflict):
        edit(bob, room, "hello")
    assert edit(bob, room, "hey")  # changes nothing
    assert Message.objects.get(room=room, seq=1).body == "hey"


def test_what_was_said_before_is_kept_oldest_first(alice: User, bob: User, room: Room) -> None:
    edit(bob, room, "hi")
    edit(bob, room, "hi there")
    assert bodies(alice, room) == ["hello", "hi"]


def test_markup_that_went_takes_the_tree_with_it(bob: User, room: Room) -> None:
    edit(bob, room, "**hi**")
    edit(bob, room, "hi")
    assert Message.objects.get(room=room).content is None


def test_the_same_text_again_changes_nothing(bob: User, room: Room, told: Told) -> None:
    assert edit(bob, room, "hello") == room.last_rev
    assert told.events == []
    assert not MessageEdit.objects.exists()


def test_nobody_else_edits(alice: User, room: Room) -> None:
    with pytest.raises(errors.Forbidden):
        edit(alice, room, "never said that")


def test_what_the_room_says_is_nobodys_to_edit(alice: User, room: Room) -> None:
    Message.objects.filter(room=room).update(kind="system", author=None, event={"name": "x"})
    with pytest.raises(errors.Forbidden):
        edit(alice, room, "hi")


def test_an_outsider_learns_nothing(carol: User, room: Room) -> None:
    with pytest.raises(errors.NotFound) as hidden:
        edit(carol, room, "hi")
    with pytest.raises(errors.NotFound) as missing:
        edit(carol, 999, "hi")
    assert hidden.value.detail == missing.value.detail
    with pytest.raises(errors.NotFound):
        bodies(carol, room)


def test_an_outsider_does_not_learn_who_is_in_a_room(carol: User, room: Room) -> None:
    """Of too many mentions is only told who could have read the names."""
    for number in range(MAX_MENTIONS + 1):
        add_member(room.pk, make_person(f"member{number:02}"))
    with pytest.raises(errors.NotFound):
        edit(carol, room, " ".join(f"@member{number:02}" for number in range(MAX_MENTIONS + 1)))


def test_one_who_left_edits_nothing(bob: User, room: Room) -> None:
    Membership.objects.filter(room=room, user=bob).update(left_at=datetime.now(UTC))
    with pytest.raises(errors.NotFound):
        edit(bob, room, "hi")


def test_a_deactivated_account_edits_nothing(bob: User, room: Room) -> None:
    User.objects.filter(pk=bob.pk).update(is_active=False)
    with pytest.raises(errors.NotFound):
        edit(bob, room, "hi")


@pytest.mark.parametrize("seq", [2, 2**53 - 1])
def test_a_message_that_is_not_there_is_not_found(bob: User, room: Room, seq: int) -> None:
    with pytest.raises(errors.NotFound):
        edit(bob, room, "hi", seq)
    with pytest.raises(errors.NotFound):
        bodies(bob, room, seq)


def test_what_retention_removed_is_not_found(bob: User, room: Room) -> None:
    Room.objects.filter(pk=room.pk).update(first_seq=2)
    with pytest.raises(errors.NotFound):
        edit(bob, room, "hi")
    with pytest.raises(errors.NotFound):
        bodies(bob, room)


def test_a_deleted_message_stays_deleted(bob: User, room: Room) -> None:
    Message.objects.filter(room=room).update(body="", deleted_at=datetime.now(UTC))
    with pytest.raises(errors.Conflict):
        edit(bob, room, "hi")


def test_an_archived_room_stays_as_it_is(bob: User, room: Room) -> None:
    Room.objects.filter(pk=room.pk).update(archived_at=datetime.now(UTC))
    with pytest.raises(errors.Archived):
        edit(bob, room, "hi")


@pytest.mark.parametrize("everywhere", [False, True])
def test_one_who_is_muted_cannot_speak_by_editing(bob: User, room: Room, everywhere: bool) -> None:
    place = None if everywhere else room
    Sanction.objects.create(user=bob, room=place, kind=Sanction.Kind.MUTE, reason="noise")
    with pytest.raises(errors.Muted):
        edit(bob, room, "hi")


def test_an_edit_follows_the_rules_of_sending(bob: User, room: Room) -> None:
    with pytest.raises(errors.BadRequest):
        edit(bob, room, " \n")
    with pytest.raises(errors.TooLong):
        edit(bob, room, "字" * (MAX_BODY + 1))
    assert edit(bob, room, "字" * MAX_BODY)


def test_an_answer_holds_the_newest_of_very_many_edits(bob: User, room: Room) -> None:
    message = Message.objects.get(room=room)
    MessageEdit.objects.bulk_create(
        MessageEdit(message=message, body=f"{number} " + "字" * 7900) for number in range(20)
    )
    edits = queries.message_edits(bob.pk, room.pk, 1)
    assert len(encode(edits)) < MAX_REPLY_BYTES
    assert [edit.body[:3].strip() for edit in edits.edits][-2:] == ["18", "19"]
