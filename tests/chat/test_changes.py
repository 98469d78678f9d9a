"""What a feed, a client that asks and one that comes back are told of the changes they missed."""

from datetime import UTC, datetime

import pytest

from accounts.models import User
from chat import errors, payloads, queries
from chat.actions.members import leave_room
from chat.changes import catch_up, room_changes
from chat.models import Membership, Message, Room
from chat.protocol import shapes
from chat.protocol.codec import encode
from chat.protocol.commands import RoomLeave
from chat.protocol.limits import MAX_PAGE, MAX_REPLY_BYTES, MAX_SYNC_CHANGES
from tests.chat.filling import fill, seqs

pytestmark = pytest.mark.django_db


def test_it_brings_everything_that_changed_in_rev_order(alice: User, bob: User, room: Room) -> None:
    fill(room, alice, 5)
    since = room.last_rev
    Message.objects.filter(room=room, seq=2).update(rev=since + 2)
    Membership.objects.filter(room=room, user=bob).update(rev=since + 1, left_at=datetime.now(UTC))
    Room.objects.filter(pk=room.pk).update(last_rev=since + 2, member_count=1)
    told = room_changes(alice.pk, room.pk, since)
    assert seqs(told.messages) == [2]
    assert [(member.user, member.role) for member in told.members] == [(bob.pk, None)]
    assert (told.since, told.rev, told.more) == (since, since + 2, False)
    assert isinstance(told.room_state, shapes.Room)
    assert told.room_state.members == 1


def test_nothing_new_is_an_empty_answer(alice: User, room: Room) -> None:
    told = room_changes(alice.pk, room.pk, room.last_rev)
    assert (told.messages, told.members, told.rev) == ([], [], room.last_rev)


def test_many_changes_come_in_parts_that_join(alice: User, room: Room) -> None:
    since = room.last_rev
    fill(room, alice, MAX_PAGE + 50)
    first = room_changes(alice.pk, room.pk, since)
    second = room_changes(alice.pk, room.pk, first.rev)
    assert (first.more, second.more) == (True, False)
    assert seqs(first.messages) + seqs(second.messages) == list(range(1, MAX_PAGE + 51))
    assert second.rev == room.last_rev


def test_long_messages_come_in_parts_within_the_bound(alice: User, room: Room) -> None:
    since, got, parts, more = room.last_rev, [], 0, True
    fill(room, alice, 100, body="字" * 2000)
    while more:
        part = room_changes(alice.pk, room.pk, since)
        assert len(encode(part)) <= MAX_REPLY_BYTES
        got += seqs(part.messages)
        since, more, parts = part.rev, part.more, parts + 1
    assert got == list(range(1, 101))
    assert parts > 1


def test_a_rev_that_was_never_given_is_refused(alice: User, room: Room) -> None:
    with pytest.raises(errors.BadRequest):
        room_changes(alice.pk, room.pk, room.last_rev + 1)


def test_an_outsider_learns_nothing(carol: User, room: Room) -> None:
    with pytest.raises(errors.NotFound):
        room_changes(carol.pk, room.pk, 0)


def test_too_long_an_absence_starts_anew(alice: User, room: Room) -> None:
    Room.objects.filter(pk=room.pk).update(last_rev=MAX_SYNC_CHANGES + 2)
    repair, more = catch_up(room.pk, 1)
    assert (b'"type":"reset"' in repair.payload, repair.rev, more) == (
        True,
        MAX_SYNC_CHANGES + 2,
        False,
    )


def test_a_part_ends_before_a_removal(alice: User, bob: User, room: Room) -> None:
    since = room.last_rev
    fill(room, alice, 2)
    leave_room(bob.pk, RoomLeave(id="1", room=room.pk))
    before, more = catch_up(room.pk, since)
    assert (before.rev, before.members, more) == (since + 2, (), True)
    after, _ = catch_up(room.pk, before.rev)
    assert (bob.pk, "left") in after.members


def test_a_reset_says_who_was_removed(alice: User, bob: User, room: Room) -> None:
    since = room.last_rev
    leave_room(bob.pk, RoomLeave(id="1", room=room.pk))
    room.refresh_from_db()
    fill(room, alice, MAX_SYNC_CHANGES)
    repair, _ = catch_up(room.pk, since)
    assert b'"type":"reset"' in repair.payload
    assert repair.members == ((bob.pk, "left"),)


@pytest.mark.parametrize("read", ["history", "sync"])
def test_no_more_is_read_of_long_messages_than_fits(
    alice: User, room: Room, read: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    since, shaped, shape = room.last_rev, [], payloads.messages
    fill(room, alice, 200, body="x" * 7_000)

    def count(rows: list[Message]) -> list[shapes.Message]:
        shaped.append(len(rows))
        return shape(rows)

    monkeypatch.setattr(payloads, "messages", count)
    if read == "sync":
        told = room_changes(alice.pk, room.pk, since).messages
    else:
        told = queries.history(alice.pk, room.pk, limit=200).messages
    assert 10 < len(told) <= max(shaped) < 30
