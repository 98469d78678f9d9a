import uuid

import pytest

from accounts.models import User
from chat.models import Message, Room
from chat.verify import pages, spans
from tests.chat.stored import store
from tests.chat.verifying import details, findings, messages, unprotected
from tests.people import make_room

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "PAGE", 2)
    monkeypatch.setattr(spans, "SPAN", 2)


def double(first: Message, second: Message) -> None:
    Message.objects.filter(pk=second.pk).update(client_id=first.client_id, author=first.author)


@pytest.mark.parametrize("seq", range(1, 6))
def test_a_send_that_was_stored_twice_is_found(room: Room, alice: User, seq: int) -> None:
    with unprotected("message_once_per_client_id"):
        store(room, alice, *"abcdef")
        double(messages(room)[seq], messages(room)[6])
        assert findings() == [("client_id", seq)]
        assert f"message {seq} has the client_id of message 6 of room {room.pk}" in details()


def test_a_send_that_was_stored_in_two_rooms_is_found(room: Room, alice: User, bob: User) -> None:
    with unprotected("message_once_per_client_id"):
        other = make_room(alice, bob, name="Other")
        store(room, bob, "one")
        store(other, bob, "one")
        double(messages(room)[1], messages(other)[1])
        assert findings() == [("client_id", 1)]
        assert f"of message 1 of room {other.pk}, both by user {bob.pk}" in details()


def test_two_people_may_have_the_same_client_id(room: Room, alice: User, bob: User) -> None:
    store(room, alice, "one")
    store(room, bob, "two")
    Message.objects.filter(room=room).update(client_id=uuid.uuid4())
    assert findings() == []


def test_messages_that_nobody_sent_have_none(room: Room, alice: User) -> None:
    store(room, alice, "one", "two")
    store(room, None, *"abc", kind="system", event={"name": "room_created", "params": {}})
    Message.objects.filter(room=room, kind="system").update(client_id=None)
    Message.objects.filter(room=room, seq=3).update(author=alice)
    assert findings() == []
