from datetime import UTC, datetime, timedelta

import pytest
from django.conf import LazySettings

from accounts.models import User
from chat import errors
from chat.actions import messages
from chat.models import Block, Membership, Message, Room, Sanction
from chat.protocol.limits import MAX_BODY
from tests.chat.sending import draft, say
from tests.people import make_direct, make_room

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_member_sends(alice: User, room: Room) -> None:
    sent = say(alice, room, "你好, **world**")
    message = Message.objects.get(room=room, seq=sent.seq)
    assert (sent.seq, message.body, message.author) == (1, "你好, **world**", alice)
    assert message.content


def test_numbers_follow_each_other(alice: User, bob: User, room: Room) -> None:
    rev = room.last_rev
    sent = [say(author, room) for author in (alice, bob, alice)]
    room.refresh_from_db()
    assert [one.seq for one in sent] == [1, 2, 3]
    assert [one.rev for one in sent] == [rev + 1, rev + 2, rev + 3]
    assert (room.last_seq, room.last_rev) == (3, rev + 3)


def test_an_outsider_learns_nothing(carol: User, room: Room) -> None:
    with pytest.raises(errors.NotFound) as hidden:
        say(carol, room)
    with pytest.raises(errors.NotFound) as missing:
        say(carol, 999)
    assert hidden.value.detail == missing.value.detail


def test_an_outsider_of_a_public_room_is_told_so(alice: User, carol: User) -> None:
    square = make_room(alice, kind=Room.Kind.PUBLIC, name="Square")
    with pytest.raises(errors.Forbidden):
        say(carol, square)


def test_one_who_left_is_an_outsider(bob: User, room: Room) -> None:
    Membership.objects.filter(room=room, user=bob).update(left_at=datetime.now(UTC))
    with pytest.raises(errors.NotFound):
        say(bob, room)


def test_a_deactivated_account_sends_nothing(bob: User, room: Room) -> None:
    User.objects.filter(pk=bob.pk).update(is_active=False)
    with pytest.raises(errors.NotFound):
        say(bob, room)


def test_a_repeat_is_answered_with_the_first_numbers(alice: User, room: Room) -> None:
    command = draft(room)
    first = messages.send_and_wait(alice.pk, command)
    assert messages.send_and_wait(alice.pk, command) == first
    assert Message.objects.filter(room=room).count() == 1


def test_a_repeat_is_answered_to_one_who_may_no_longer_post(bob: User, room: Room) -> None:
    command = draft(room)
    first = messages.send_and_wait(bob.pk, command)
    Membership.objects.filter(room=room, user=bob).update(left_at=datetime.now(UTC))
    Sanction.objects.create(user=bob, kind=Sanction.Kind.BAN, reason="spam")
    assert messages.send_and_wait(bob.pk, command) == first


def test_a_repeat_of_an_edited_or_deleted_message_gets_the_first_answer(
    alice: User, room: Room
) -> None:
    command = draft(room)
    first = messages.send_and_wait(alice.pk, command)
    Message.objects.filter(room=room).update(
        rev=99, body="", edited_at=datetime.now(UTC), deleted_at=datetime.now(UTC)
    )
    assert messages.send_and_wait(alice.pk, command) == first


def test_a_repeat_with_another_text_is_a_conflict(alice: User, room: Room) -> None:
    sent = draft(room, "one")
    messages.send_and_wait(alice.pk, sent)
    with pytest.raises(errors.Conflict):
        say(alice, room, "two", client_id=sent.client_id)


def test_a_repeat_into_another_room_is_a_conflict(alice: User, room: Room) -> None:
    sent = draft(room)
    messages.send_and_wait(alice.pk, sent)
    with pytest.raises(errors.Conflict):
        say(alice, make_room(alice, name="Other"), sent.body, client_id=sent.client_id)


def test_two_authors_may_use_one_client_id(alice: User, bob: User, room: Room) -> None:
    command = draft(room)
    first = messages.send_and_wait(alice.pk, command)
    assert messages.send_and_wait(bob.pk, command).seq == first.seq + 1


def test_a_repeat_is_known_after_the_secret_key_changed(
    alice: User, room: Room, settings: LazySettings
) -> None:
    command = draft(room)
    first = messages.send_and_wait(alice.pk, command)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another"
    assert messages.send_and_wait(alice.pk, command) == first


def test_a_refused_draft_may_be_sent_once_it_is_allowed(bob: User, room: Room) -> None:
    command = draft(room)
    mute = Sanction.objects.create(user=bob, room=room, kind=Sanction.Kind.MUTE, reason="noise")
    with pytest.raises(errors.Muted):
        messages.send_and_wait(bob.pk, command)
    mute.delete()
    assert messages.send_and_wait(bob.pk, command).seq == 1


@pytest.mark.parametrize("body", ["", "   ", "\n\t", "\u3000"])
def test_a_blank_message_is_refused(alice: User, room: Room, body: str) -> None:
    with pytest.raises(errors.BadRequest):
        say(alice, room, body)


def test_the_longest_message_fits_and_one_more_character_does_not(alice: User, room: Room) -> None:
    assert say(alice, room, "字" * MAX_BODY)
    with pytest.raises(errors.TooLong):
        say(alice, room, "字" * (MAX_BODY + 1))


def test_a_reply_names_an_earlier_message_of_the_room(alice: User, room: Room) -> None:
    first = say(alice, room)
    reply = say(alice, room, reply_to=first.seq)
    assert Message.objects.get(room=room, seq=reply.seq).reply_to == first.seq
    with pytest.raises(errors.NotFound):
        say(alice, room, reply_to=reply.seq + 1)


def test_an_attachment_that_is_not_there_is_not_found(alice: User, room: Room) -> None:
    with pytest.raises(errors.NotFound):
        say(alice, room, attachments=[1])


@pytest.mark.parametrize("everywhere", [False, True])
def test_a_banned_member_cannot_post(bob: User, room: Room, everywhere: bool) -> None:
    place = None if everywhere else room
    Sanction.objects.create(user=bob, room=place, kind=Sanction.Kind.MUTE, reason="noise")
    Sanction.objects.create(user=bob, room=place, kind=Sanction.Kind.BAN, reason="spam")
    with pytest.raises(errors.Forbidden):
        say(bob, room)


def test_a_mute_says_how_long_it_lasts(bob: User, room: Room) -> None:
    until = datetime.now(UTC) + timedelta(minutes=5)
    Sanction.objects.create(
        user=bob, room=room, kind=Sanction.Kind.MUTE, reason="noise", until=until
    )
    with pytest.raises(errors.Muted) as refusal:
        say(bob, room)
    assert 290_000 < (refusal.value.retry_after or 0) <= 300_000


def test_a_sanction_that_ended_or_was_lifted_is_none(bob: User, room: Room) -> None:
    past = datetime.now(UTC) - timedelta(minutes=1)  # a clock may be set back a little
    Sanction.objects.create(user=bob, kind=Sanction.Kind.BAN, reason="spam", until=past)
    Sanction.objects.create(user=bob, kind=Sanction.Kind.BAN, reason="spam", lifted_at=past)
    assert say(bob, room)


def test_an_archived_room_takes_no_messages(alice: User, room: Room) -> None:
    Room.objects.filter(pk=room.pk).update(archived_at=datetime.now(UTC))
    with pytest.raises(errors.Archived):
        say(alice, room)


def test_slow_mode_spaces_the_messages_of_one_member(alice: User, bob: User, room: Room) -> None:
    Room.objects.filter(pk=room.pk).update(slow_mode=60)
    assert say(alice, room)
    assert say(bob, room)
    with pytest.raises(errors.RateLimited) as refusal:
        say(alice, room)
    assert 50_000 < (refusal.value.retry_after or 0) <= 60_000


def test_a_clock_that_was_ahead_makes_slow_mode_no_slower(
    alice: User, bob: User, room: Room
) -> None:
    """Alice spoke while it was, and so did somebody after her; then it was put right."""
    later = datetime.now(UTC) + timedelta(hours=1)
    Room.objects.filter(pk=room.pk).update(slow_mode=60, last_message_at=later)
    Membership.objects.filter(room=room, user=alice).update(last_post_at=later)
    for author in (alice, bob):
        assert say(author, room)
        with pytest.raises(errors.RateLimited) as refusal:
            say(author, room)
        assert 50_000 < (refusal.value.retry_after or 0) <= 60_000


def test_who_is_blocked_cannot_write_to_the_blocker_alone(alice: User, bob: User) -> None:
    direct = make_direct(alice, bob)
    Block.objects.create(user=alice, blocked=bob)
    with pytest.raises(errors.Forbidden):
        say(bob, direct)
    assert say(alice, direct)


def test_time_never_runs_back_along_a_room(alice: User, room: Room) -> None:
    later = datetime.now(UTC) + timedelta(hours=1)
    Room.objects.filter(pk=room.pk).update(last_message_at=later)
    say(alice, room)
    assert Message.objects.get(room=room).at == later
