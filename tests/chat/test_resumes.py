"""What clients that come back are told of what they missed, alone and many at once."""

import json
from collections.abc import Mapping

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from chat import resumes
from chat.actions.members import leave_room
from chat.models import Membership, Message, Room
from chat.protocol.commands import RoomLeave
from chat.protocol.limits import MAX_PAGE, MAX_SYNC_BYTES, MAX_SYNC_CHANGES
from chat.resumes import Missed, Shared, Want, resume_all
from tests.chat.filling import fill
from tests.people import make_room

pytestmark = pytest.mark.django_db


def resume(reader: User, held: Mapping[int, int]) -> list[Missed]:
    [missed] = resume_all([Want(reader.pk, "epoch", held)], Shared())
    return missed


def test_a_client_that_holds_a_later_rev_starts_anew(alice: User, room: Room) -> None:
    [part] = resume(alice, {room.pk: room.last_rev + 5})
    assert (part.room_id, is_reset(part)) == (room.pk, True)


def many_rooms(alice: User, count: int) -> dict[int, int]:
    """Rooms with something missed in each; the revs held before. Made the short way."""
    rooms = Room.objects.bulk_create(
        Room(kind="private", name=f"Room {number}", slug=f"room-{number}", last_rev=1)
        for number in range(count)
    )
    Membership.objects.bulk_create(
        Membership(room=one, user=alice, rev=1, role="owner") for one in rooms
    )
    for one in rooms:
        fill(one, alice, 3)
    return {one.pk: 1 for one in rooms}


def is_reset(part: Missed) -> bool:
    return b'"type":"reset"' in part.frame.payload


def queries_of_resume(alice: User, held: dict[int, int]) -> int:
    with CaptureQueriesContext(connection) as captured:
        resume(alice, held)
    return len(captured)


def test_a_hundred_lagging_rooms_cost_as_many_queries_as_one(alice: User) -> None:
    held = many_rooms(alice, 100)
    one = dict([next(iter(held.items()))])
    assert queries_of_resume(alice, held) == queries_of_resume(alice, one) <= 9
    assert len(resume(alice, held)) == 100


def test_what_was_missed_in_several_rooms_comes_in_order(alice: User) -> None:
    held = many_rooms(alice, 3)
    for part in resume(alice, held):
        told = json.loads(part.frame.payload)
        assert [one["seq"] for one in told["messages"]] == [1, 2, 3]
        assert told["more"] is False


def test_a_long_absence_in_one_room_comes_in_parts_that_join(alice: User, room: Room) -> None:
    since = room.last_rev
    fill(room, alice, MAX_SYNC_CHANGES)
    parts = resume(alice, {room.pk: since})
    assert len(parts) == MAX_SYNC_CHANGES // MAX_PAGE
    assert parts[-1].rev == room.last_rev


def test_what_does_not_fit_starts_anew(alice: User, room: Room) -> None:
    held = {room.pk: room.last_rev}
    fill(room, alice, 200, body="字" * 3000)
    other = make_room(alice, name="Other")
    held[other.pk] = other.last_rev
    fill(other, alice, 3)
    told = {part.room_id: is_reset(part) for part in resume(alice, held)}
    assert told == {room.pk: True, other.pk: False}


def test_a_resume_is_bounded_in_bytes(alice: User) -> None:
    held = {}
    for number in range(8):
        one = make_room(alice, name=f"Room {number}")
        held[one.pk] = one.last_rev
        fill(one, alice, 40, body="x" * 7000)
    told = resume(alice, held)
    assert sum(len(part.frame.payload) for part in told) < MAX_SYNC_BYTES + 10_000
    assert {part.room_id for part in told} == held.keys()
    assert {is_reset(part) for part in told} == {True, False}


def test_who_is_behind_in_a_thousand_rooms_is_resumed_in_the_latest(alice: User) -> None:
    held = many_rooms(alice, 1_100)
    told = resume(alice, held)
    assert {part.room_id for part in told} == held.keys()
    assert sum(not is_reset(part) for part in told) == 200


def want(reader: User, held: Mapping[int, int], *, epoch: str = "epoch") -> Want:
    return Want(reader.pk, epoch, held)


def test_many_who_missed_the_same_cost_as_many_queries_as_one(alice: User) -> None:
    held = many_rooms(alice, 5)
    with CaptureQueriesContext(connection) as captured:
        told = resume_all([want(alice, held)] * 64, Shared())
    assert len(captured) == queries_of_resume(alice, held)
    assert len(told) == 64
    assert all(parts == told[0] for parts in told)


def test_those_who_come_next_cost_one_query(alice: User) -> None:
    held, shared = many_rooms(alice, 5), Shared()
    [first] = resume_all([want(alice, held)], shared)
    with CaptureQueriesContext(connection) as captured:
        [second] = resume_all([want(alice, held)], shared)
    assert len(captured) == 1
    assert [part.frame for part in second] == [part.frame for part in first]


def test_what_changed_in_the_meantime_is_told_to_those_who_come_next(
    alice: User, room: Room
) -> None:
    held, shared = {room.pk: room.last_rev}, Shared()
    fill(room, alice, 3)
    resume_all([want(alice, held)], shared)
    Message.objects.filter(room=room, seq=2).update(rev=room.last_rev + 1, body="edited")
    Room.objects.filter(pk=room.pk).update(last_rev=room.last_rev + 1)
    [[part]] = resume_all([want(alice, held)], shared)
    assert bodies(part) == ["hello 1", "hello 3", "edited"]


def test_what_one_epoch_was_told_is_not_told_to_another(alice: User, room: Room) -> None:
    held, shared = {room.pk: room.last_rev}, Shared()
    fill(room, alice, 1)
    resume_all([want(alice, held, epoch="old")], shared)
    Message.objects.filter(room=room).update(body="of the new epoch")
    [[part]] = resume_all([want(alice, held, epoch="new")], shared)
    assert bodies(part) == ["of the new epoch"]


def test_what_was_told_is_not_kept_for_long(
    alice: User, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resumes, "SHARED_SECONDS", -1.0)
    held, shared = {room.pk: room.last_rev}, Shared()
    fill(room, alice, 1)
    [[first]] = resume_all([want(alice, held)], shared)
    [[second]] = resume_all([want(alice, held)], shared)
    assert first.frame is not second.frame


def test_of_what_was_told_no_more_is_kept_than_allowed(
    alice: User, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resumes, "MAX_SHARED_BYTES", 1_000)
    since, shared = room.last_rev, Shared()
    fill(room, alice, 1, body="x" * 600)
    resume_all([want(alice, {room.pk: since})], shared)
    assert shared.of({"epoch"}) == {}


def test_each_is_told_from_the_rev_it_holds(alice: User, bob: User, room: Room) -> None:
    since = room.last_rev
    fill(room, alice, 3)
    wants = [want(alice, {room.pk: since}), want(bob, {room.pk: since + 2}), want(bob, {})]
    first, second, third = resume_all(wants, Shared())
    assert bodies(first[0]) == ["hello 1", "hello 2", "hello 3"]
    assert bodies(second[0]) == ["hello 3"]
    assert third == []


def test_who_missed_much_takes_no_room_from_who_missed_little(
    alice: User, bob: User, room: Room
) -> None:
    since = room.last_rev
    fill(room, alice, 200, body="字" * 3000)
    wants = [want(alice, {room.pk: since}), want(bob, {room.pk: room.last_rev - 1})]
    [much], [little] = resume_all(wants, Shared())
    assert (is_reset(much), is_reset(little)) == (True, False)


def test_one_who_left_is_named_in_their_own_reset_alone(alice: User, bob: User, room: Room) -> None:
    leave_room(bob.pk, RoomLeave(id="1", room=room.pk))
    wants = [want(alice, {room.pk: -1}), want(bob, {room.pk: -1})]
    [of_alice], [of_bob] = resume_all(wants, Shared())
    assert (of_alice.members, of_bob.members) == ((), ((bob.pk, "left"),))


def test_one_who_left_is_named_where_others_are_told_of_it(
    alice: User, bob: User, room: Room
) -> None:
    held = {room.pk: room.last_rev}
    leave_room(bob.pk, RoomLeave(id="1", room=room.pk))
    [of_alice], [of_bob] = resume_all([want(alice, held), want(bob, held)], Shared())
    assert of_alice.members == of_bob.members == ((bob.pk, "left"),)
    assert of_alice.frame is of_bob.frame


def test_a_part_before_a_change_does_not_quote_it(alice: User, bob: User, room: Room) -> None:
    """Who was removed in between gets that part, and may not see what came after."""
    since = room.last_rev
    fill(room, alice, MAX_PAGE)
    Message.objects.filter(room=room, seq=2).update(reply_to=1)
    fill(room, alice, 1)
    Message.objects.filter(room=room, seq=1).update(rev=room.last_rev + 1, body="changed since")
    Room.objects.filter(pk=room.pk).update(last_rev=room.last_rev + 1)
    first, last = resume(bob, {room.pk: since})
    assert b"changed since" not in first.frame.payload
    assert bodies(last)[-1] == "changed since"


def bodies(part: Missed) -> list[str]:
    return [message["body"] for message in json.loads(part.frame.payload)["messages"]]
