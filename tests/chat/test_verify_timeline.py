from datetime import timedelta

import pytest
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from chat.models import Mention, Message, Room
from chat.verify import pages, room_state, spans, timeline
from tests.chat.stored import store
from tests.chat.verifying import details, findings, messages, unprotected

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True, params=[2, 3])
def page_size(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """Whatever lies at the border of two pages is found like anything else."""
    size: int = request.param
    monkeypatch.setattr(pages, "PAGE", size)
    monkeypatch.setattr(spans, "SPAN", size)
    return size


@pytest.fixture(autouse=True)
def talk(room: Room, alice: User) -> None:
    """Seven messages, numbers 1 to 7."""
    store(room, alice, *(f"message {n}" for n in range(1, 8)))
    room.refresh_from_db()


def alter(room: Room, seq: int, /, **values: object) -> None:
    assert Message.objects.filter(room=room, seq=seq).update(**values)


def lose(room: Room, *seqs: int) -> None:
    Message.objects.filter(room=room, seq__in=seqs).delete()


def test_a_room_as_it_should_be_has_no_findings() -> None:
    assert findings() == []


@pytest.mark.parametrize("seq", range(1, 8))
def test_a_lost_message_is_found_wherever_it_was(room: Room, seq: int) -> None:
    lose(room, seq)
    assert ("seq", seq) in findings()
    assert f"message {seq} is missing; cannot be repaired" in details()


def test_messages_lost_in_a_row_are_one_finding(room: Room) -> None:
    lose(room, 3, 4, 5)
    assert findings() == [("seq", 3)]
    assert "messages 3 to 5 are missing" in details()


def test_a_room_that_lost_all_its_messages_says_so(room: Room) -> None:
    lose(room, *range(1, 8))
    assert "messages 1 to 7 are missing" in details()


def test_what_retention_removed_is_not_missing(room: Room) -> None:
    lose(room, 1, 2, 3)
    Room.objects.filter(pk=room.pk).update(first_seq=4)
    assert findings() == []


def test_what_retention_removes_meanwhile_is_not_missing(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Numbers 3 to 5 are gone when the walk comes there; then retention passes 3 and 4."""
    lose(room, 3, 4, 5)

    def first_seq_now(room_id: int) -> int | None:
        Room.objects.filter(pk=room_id).update(first_seq=5)
        return room_state.first_seq_now(room_id)

    monkeypatch.setattr(timeline, "first_seq_now", first_seq_now)
    assert "message 5 is missing" in details("--room", str(room.pk))


def test_retention_may_remove_everything(room: Room) -> None:
    lose(room, *range(1, 8))
    Room.objects.filter(pk=room.pk).update(first_seq=8)
    assert findings() == []


def test_what_retention_should_have_removed_is_found(room: Room) -> None:
    Room.objects.filter(pk=room.pk).update(first_seq=3)
    assert findings() == [("first_seq", 1)]


@pytest.mark.parametrize("seq", range(2, 8))
def test_a_time_that_goes_back_is_found(room: Room, seq: int) -> None:
    Message.objects.filter(room=room, seq__gte=seq).update(at=F("at") - timedelta(seconds=1))
    room.last_message_at = messages(room)[7].at
    room.save()
    assert findings() == [("at", seq)]


@pytest.mark.parametrize("seq", range(2, 8))
def test_a_message_created_no_later_than_the_one_before_is_found(room: Room, seq: int) -> None:
    alter(room, seq, created_rev=messages(room)[seq - 1].created_rev)
    assert findings() == [("created_rev", seq)]


def test_a_message_changed_before_it_was_created_is_found(room: Room) -> None:
    room.last_rev += 1
    room.save()
    alter(room, 7, created_rev=room.last_rev)
    assert findings() == [("created_rev", 7)]


def test_a_message_changed_since_is_as_it_should_be(room: Room) -> None:
    room.last_rev += 1
    room.save()
    alter(room, 2, rev=room.last_rev)
    assert findings() == []


def test_a_reply_to_a_message_that_is_there_is_as_it_should_be(room: Room) -> None:
    alter(room, 5, reply_to=4)
    assert findings() == []


def test_a_reply_to_a_lost_message_is_found(room: Room) -> None:
    alter(room, 5, reply_to=4)
    lose(room, 4)
    assert findings() == [("seq", 4), ("reply_to", 5)]


def test_a_reply_to_what_retention_removed_is_as_it_should_be(room: Room) -> None:
    alter(room, 5, reply_to=2)
    lose(room, 1, 2, 3)
    Room.objects.filter(pk=room.pk).update(first_seq=4)
    assert findings() == []


def test_a_reply_to_another_rooms_message_is_found(room: Room, alice: User) -> None:
    general = Room.objects.get(slug="general")
    store(general, alice, "first")
    lose(room, 1)
    Room.objects.filter(pk=general.pk).update(last_seq=2, last_rev=F("last_rev") + 1)
    message = messages(room)[2]
    alter(room, 2, reply_to=1)
    assert ("reply_to", message.seq) in findings("--room", str(room.pk))


def test_the_remains_of_a_deleted_message_are_found(room: Room) -> None:
    alter(room, 3, deleted_at=timezone.now(), body="", content=[{"t": "text"}])
    assert findings() == [("deleted", 3)]


def test_mentions_that_a_deleted_message_left_are_found(room: Room, bob: User) -> None:
    alter(room, 3, deleted_at=timezone.now(), body="", content=None)
    mention = Mention.objects.create(message=messages(room)[3], user=bob, room=room, seq=3)
    assert findings() == [("deleted", 3)]
    mention.delete()
    alter(room, 3, mention_room=True)
    assert findings() == [("deleted", 3)]


def test_a_mention_that_is_counted_at_another_place_is_found(room: Room, bob: User) -> None:
    """It would be unread for ever, or never."""
    general = Room.objects.get(slug="general")
    mention = Mention.objects.create(message=messages(room)[3], user=bob, room=room, seq=3)
    assert findings() == []
    for place in ({"seq": 4}, {"room": general, "seq": 3}):
        Mention.objects.filter(pk=mention.pk).update(**place)
        assert findings() == [("mentions", 3)]


def test_a_deleted_message_is_as_it_should_be(room: Room) -> None:
    alter(room, 3, deleted_at=timezone.now(), body="", content=None)
    assert findings() == []


@pytest.mark.django_db(transaction=True)
class TestUnprotected:
    """What the database itself would refuse, had its constraints not been dropped."""

    @pytest.mark.parametrize("seq", range(1, 8))
    def test_a_doubled_message_is_found(self, room: Room, alice: User, seq: int) -> None:
        with unprotected("message_once_per_seq"):
            store(room, alice, "once more")
            alter(room, 8, seq=seq, created_rev=messages(room)[seq].created_rev)
            Room.objects.filter(pk=room.pk).update(last_seq=7)
            assert ("seq", seq) in findings()
            assert f"message {seq} is doubled; cannot be repaired" in details()

    def test_the_text_of_a_deleted_message_is_found(self, room: Room) -> None:
        with unprotected("message_deleted_has_no_body"):
            alter(room, 3, deleted_at=timezone.now(), content=None)
            assert findings() == [("deleted", 3)]

    def test_a_reply_to_a_later_message_is_found(self, room: Room) -> None:
        with unprotected("message_replies_to_earlier"):
            alter(room, 3, reply_to=6)
            assert findings() == [("reply_to", 3)]
