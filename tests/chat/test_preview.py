import pytest

from accounts.models import User
from chat import errors
from chat.actions.messages import edit_message
from chat.models import Message, Room
from chat.previews import preview
from chat.protocol.commands import MessageEdit, MessagePreview
from chat.protocol.limits import MAX_BODY, MAX_MENTIONS
from chat.richtext import Node
from tests.chat.stored import store
from tests.people import make_person, make_room

pytestmark = pytest.mark.django_db(transaction=True)


def look(reader: User, room: Room | int, body: str) -> list[Node] | None:
    room_id = room if isinstance(room, int) else room.pk
    return preview(reader.pk, MessagePreview(id="1", room=room_id, body=body)).content


def test_it_is_what_the_message_has_once_it_is_sent(bob: User, room: Room) -> None:
    body = "**Ship it**, @alice and @carol\n> `now`"
    shown = look(bob, room, body)
    store(room, bob, "hello")
    edit_message(bob.pk, MessageEdit(id="1", room=room.pk, seq=room.last_seq, body=body))
    assert shown == Message.objects.get(room=room, body=body).content
    assert "mention" in str(shown)


def test_plain_text_says_all_by_itself(bob: User, room: Room) -> None:
    assert look(bob, room, "hello") is None
    assert look(bob, room, "") is None


def test_it_stores_nothing(bob: User, room: Room) -> None:
    look(bob, room, "**hello**")
    assert not Message.objects.filter(room=room, body="**hello**").exists()
    assert Room.objects.get(pk=room.pk).last_rev == room.last_rev


def test_a_room_of_others_is_as_one_that_is_not_there(carol: User, room: Room) -> None:
    for hidden in (room, 999_999):
        with pytest.raises(errors.NotFound):
            look(carol, hidden, "**hello**")


def test_a_public_room_is_for_those_who_have_joined(alice: User, carol: User) -> None:
    public = make_room(alice, name="Agora", kind=Room.Kind.PUBLIC)
    with pytest.raises(errors.Forbidden):
        look(carol, public, "**hello**")


def test_what_could_not_be_sent_is_refused_alike(bob: User, room: Room) -> None:
    with pytest.raises(errors.TooLong):
        look(bob, room, "*" * (MAX_BODY + 1))
    people = [make_person(f"person{number}") for number in range(MAX_MENTIONS + 1)]
    crowd = make_room(people[0], *people[1:], bob, name="Crowd")
    with pytest.raises(errors.BadRequest):
        look(bob, crowd, " ".join(f"@{person.username}" for person in people))
