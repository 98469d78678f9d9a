from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from chat import queries
from chat.changes import room_changes
from chat.models import AuditEntry, Membership, Mention, Message, Room, Site
from chat.verify import pages, repair, spans
from tests.chat.sending import say
from tests.chat.stored import store
from tests.chat.verifying import findings, messages, unprotected, verify, verify_json

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "PAGE", 2)
    monkeypatch.setattr(spans, "SPAN", 2)
    monkeypatch.setattr(repair, "BATCH", 2)


@pytest.fixture(autouse=True)
def talk(room: Room, alice: User) -> None:
    """Seven messages, numbers 1 to 7."""
    Site.current()
    store(room, alice, *(f"message {n}" for n in range(1, 8)))
    room.refresh_from_db()


@contextmanager
def mended(room: Room) -> Iterator[None]:
    """Damage done inside is mended afterwards; then nothing is left, and clients start anew."""
    yield
    before = Site.current().epoch
    code, text = verify("--repair")
    assert (code, "no trouble found" in text) == (0, True), text
    assert findings() == []
    assert Site.current().epoch != before
    room.refresh_from_db()


def damage(room: Room, **values: object) -> None:
    Room.objects.filter(pk=room.pk).update(**values)


def test_it_counts_the_members_anew(room: Room) -> None:
    with mended(room):
        damage(room, member_count=7)
    assert room.member_count == 2
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.details) == ("site.repair", {"mended": 1})


def test_it_takes_the_time_of_the_last_message_from_it(room: Room) -> None:
    at = room.last_message_at
    with mended(room):
        damage(room, last_message_at=timezone.now())
    assert room.last_message_at == at


def test_it_takes_a_time_away_where_there_never_was_a_message(room: Room) -> None:
    general = Room.objects.get(slug="general")
    with mended(room):
        damage(general, last_message_at=timezone.now())
    general.refresh_from_db()
    assert general.last_message_at is None


def test_it_keeps_the_time_of_a_lost_last_message(room: Room) -> None:
    at = timezone.now()
    Message.objects.filter(room=room, seq=7).delete()
    damage(room, last_message_at=at, member_count=7)
    assert "mended member_count" in verify("--repair")[1]
    room.refresh_from_db()
    assert room.last_message_at == at


def test_it_raises_the_last_number_to_the_last_message(room: Room) -> None:
    with mended(room):
        damage(room, last_seq=3)
    assert room.last_seq == 7


def test_it_raises_the_last_rev_above_all_that_is_in_use(room: Room) -> None:
    with mended(room):
        damage(room, last_seq=0, last_rev=0)
    assert room.last_rev > 9


def test_it_lowers_no_number_that_was_handed_out(room: Room) -> None:
    with mended(room):
        damage(room, last_rev=500, member_count=7)
    assert room.last_rev == 501


def test_a_room_can_be_used_after_its_numbers_were_mended(room: Room) -> None:
    with mended(room):
        damage(room, last_seq=0, last_rev=0)
    assert [message.seq for message in queries.history(room_owner(room), room.pk).messages] == [
        *range(1, 8)
    ]


def room_owner(room: Room) -> int:
    return Membership.objects.get(room=room, role="owner").user_id


def test_those_now_connected_are_told_of_the_counters(room: Room, bob: User) -> None:
    held = room.last_rev
    with mended(room):
        damage(room, member_count=7)
    told = room_changes(bob.pk, room.pk, since=held)
    assert told.room_state
    assert told.room_state.members == 2


def test_it_takes_read_pointers_back_to_the_last_message(room: Room, bob: User) -> None:
    with mended(room):
        Membership.objects.filter(room=room, user=bob).update(read_seq=40)
    assert Membership.objects.get(room=room, user=bob).read_seq == 7


def test_it_leaves_other_read_pointers_alone(room: Room, alice: User, bob: User) -> None:
    with mended(room):
        Membership.objects.filter(room=room, user=alice).update(read_seq=3)
        Membership.objects.filter(room=room, user=bob).update(read_seq=40)
    assert Membership.objects.get(room=room, user=alice).read_seq == 3


def test_it_removes_what_remains_of_deleted_messages(room: Room, bob: User) -> None:
    held, seqs = room.last_rev, [1, 3, 4, 6, 7]
    with mended(room):
        Message.objects.filter(room=room, seq__in=seqs).update(
            deleted_at=timezone.now(), body="", content=[{"t": "text"}]
        )
    assert not Message.objects.filter(seq__in=seqs, content__isnull=False).exists()
    assert told_of(bob, room, held) == seqs


def test_it_removes_whom_deleted_messages_mentioned(room: Room, bob: User) -> None:
    with mended(room):
        message = messages(room)[3]
        Mention.objects.create(message=message, user=bob, room=room, seq=3)
        Message.objects.filter(pk=message.pk).update(
            deleted_at=timezone.now(), body="", content=None, mention_room=True
        )
    assert not Mention.objects.exists()
    assert not messages(room)[3].mention_room


def test_it_counts_mentions_where_they_are(room: Room, bob: User) -> None:
    with mended(room):
        Mention.objects.create(message=messages(room)[3], user=bob, room=room, seq=5)
    assert Mention.objects.get().seq == 3


@pytest.mark.django_db(transaction=True)
def test_it_removes_the_text_of_deleted_messages(room: Room) -> None:
    with unprotected("message_deleted_has_no_body"):
        with mended(room):
            Message.objects.filter(room=room, seq=3).update(deleted_at=timezone.now())
        assert messages(room)[3].body == ""
        assert messages(room)[4].body == "message 4"


def test_it_makes_replies_to_nothing_plain_messages(room: Room, bob: User) -> None:
    """Here retention has passed, and one of those it kept is lost as well."""
    held, seqs = room.last_rev, [3, 5, 6]
    Message.objects.filter(room=room, seq__in=seqs).update(reply_to=2)
    Message.objects.filter(room=room, seq=7).update(reply_to=1)
    Message.objects.filter(room=room, seq__lte=2).delete()
    damage(room, first_seq=2)
    assert verify("--repair")[0] == 1
    assert findings() == [("seq", 2)]
    assert {seq: row.reply_to for seq, row in messages(room).items()} == {
        **dict.fromkeys([3, 4, 5, 6]),
        7: 1,
    }
    assert told_of(bob, room, held) == seqs


def test_it_leaves_a_reply_to_what_retention_removed_as_it_is(room: Room) -> None:
    Message.objects.filter(room=room, seq=7).update(
        reply_to=1, deleted_at=timezone.now(), body="", content=[]
    )
    Message.objects.filter(room=room, seq__lte=2).delete()
    with mended(room):
        damage(room, first_seq=3)
    assert messages(room)[7].reply_to == 1


def told_of(reader: User, room: Room, held: int) -> list[int]:
    """What a client that holds this rev learns, in the order of revs."""
    return [message.seq for message in room_changes(reader.pk, room.pk, since=held).messages]


def test_it_says_what_it_mended(room: Room) -> None:
    damage(room, member_count=7)
    text = verify("--repair")[1]
    assert f"mended member_count: room {room.pk}: member_count is 7, but 2 are members\n" in text
    assert "Checked 2 rooms, 7 messages, 0 attachments in " in text
    assert "1 mended, no trouble found." in text
    damage(room, member_count=7)
    assert [line["type"] for line in verify_json("--repair")] == ["mended", "checked"]


def test_it_does_not_invent_what_was_lost(room: Room) -> None:
    Message.objects.filter(room=room, seq=4).delete()
    epoch = Site.current().epoch
    code, text = verify("--repair")
    assert (code, text.count("message 4 is missing")) == (1, 1)
    assert "mended" not in text
    assert sorted(messages(room)) == [1, 2, 3, 5, 6, 7]
    assert Site.current().epoch == epoch


def test_what_a_repair_brings_to_light_is_told(room: Room) -> None:
    """Message 5 was above last_seq, where nobody would miss it."""
    Message.objects.filter(room=room, seq=5).delete()
    damage(room, last_seq=4)
    code, text = verify("--repair")
    assert code == 1
    assert "mended last_seq" in text
    assert ": 1 mended, 1 finding left." in text
    assert "message 5 is missing" in text


def test_it_mends_other_rooms_no_less(room: Room) -> None:
    general = Room.objects.get(slug="general")
    with mended(room):
        damage(room, member_count=7)
        damage(general, member_count=7)
    general.refresh_from_db()
    assert general.member_count == 2


def test_it_mends_only_the_room_that_was_named(room: Room) -> None:
    damage(Room.objects.get(slug="general"), member_count=7)
    verify("--repair", "--room", "atelier")
    assert findings() == [("member_count", None)]


def test_where_all_is_well_the_epoch_stays(room: Room) -> None:
    epoch = Site.current().epoch
    assert verify("--repair")[0] == 0
    assert Site.current().epoch == epoch


def test_without_being_asked_it_changes_nothing(room: Room) -> None:
    epoch = Site.current().epoch
    damage(room, member_count=7)
    assert verify()[0] == 1
    room.refresh_from_db()
    assert (room.member_count, Site.current().epoch) == (7, epoch)


@pytest.mark.django_db(transaction=True)
def test_the_next_message_gets_the_next_number(room: Room, alice: User) -> None:
    with mended(room):
        damage(room, last_seq=2, last_rev=2, last_message_at=timezone.now() - timedelta(days=1))
    sent = say(alice, room)
    assert (sent.seq, sent.rev) == (8, room.last_rev + 1)
    assert findings() == []
