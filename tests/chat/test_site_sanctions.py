"""Mutes and bans from the whole site."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from msgspec import UNSET

from accounts.models import User
from chat import errors
from chat import hub as hubs
from chat.actions import members, messages, reactions, rooms
from chat.actions.direct import open_direct
from chat.actions.sanctions import lift_everywhere, sanction_everywhere
from chat.models import AuditEntry, Message, Room, Sanction
from chat.protocol.commands import (
    MessageEdit,
    MessagePin,
    ReactionAdd,
    RoomCreate,
    RoomInvite,
    RoomRemove,
)
from chat.protocol.shapes import Mute
from chat.user_feeds import UserChange
from chat.welcomes import welcome
from chat.writer import Writer
from tests.chat.sending import draft, say
from tests.chat.writing import send, wait_until, waiting_for_a_lock

pytestmark = pytest.mark.django_db(transaction=True)

Verb = Callable[[User, Room, User], object]


def write(user: User, room: Room, other: User) -> None:
    say(user, room)


def edit(user: User, room: Room, other: User) -> None:
    messages.edit_message(user.pk, MessageEdit(id="1", room=room.pk, seq=1, body="anew"))


def react(user: User, room: Room, other: User) -> None:
    reactions.add_reaction(user.pk, ReactionAdd(id="1", room=room.pk, seq=1, emoji="👍"))


def make_room(user: User, room: Room, other: User) -> None:
    rooms.open_room(user.pk, RoomCreate(id="1", kind="public", name="Mine"))


def open_conversation(user: User, room: Room, other: User) -> None:
    open_direct(user.pk, [other.pk])


def invite(user: User, room: Room, other: User) -> None:
    members.invite_member(user.pk, RoomInvite(id="1", room=room.pk, user=other.pk))


def pin(user: User, room: Room, other: User) -> None:
    messages.pin_message(user.pk, MessagePin(id="1", room=room.pk, seq=1))


VERBS = [write, edit, react, pin, make_room, open_conversation, invite]


@pytest.fixture
def spoken(alice: User, room: Room) -> Room:
    say(alice, room)
    return room


@pytest.mark.parametrize("verb", VERBS)
def test_one_banned_does_nothing_more(alice: User, carol: User, spoken: Room, verb: Verb) -> None:
    sanction_everywhere(alice.pk, "ban", "spam")
    rooms_before = Room.objects.count()
    with pytest.raises(errors.Forbidden):
        verb(alice, spoken, carol)
    assert Room.objects.count() == rooms_before


@pytest.mark.parametrize("verb", VERBS)
def test_one_muted_begins_nothing_and_writes_nowhere(
    alice: User, carol: User, spoken: Room, verb: Verb
) -> None:
    sanction_everywhere(alice.pk, "mute", "noise")
    with pytest.raises(errors.Muted):
        verb(alice, spoken, carol)
    lift_everywhere(alice.pk, "mute")
    verb(alice, spoken, carol)


def test_one_muted_knows_it_in_every_room(
    alice: User, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[UserChange] = []
    monkeypatch.setattr(hubs, "publish_user", told.append)
    sanction_everywhere(alice.pk, "mute", "noise")
    assert {own.mute for own in welcome(alice.pk).rooms} == {Mute(until=None)}
    lift_everywhere(alice.pk, "mute")
    assert {own.mute for own in welcome(alice.pk).rooms} == {UNSET}
    assert [(one.user_id, one.room_ids) for one in told] == [(alice.pk, ())] * 2


def test_one_muted_still_looks_after_a_room(alice: User, bob: User, room: Room) -> None:
    sanction_everywhere(alice.pk, "mute", "noise")
    members.remove_member(alice.pk, RoomRemove(id="1", room=room.pk, user=bob.pk))
    assert not room.memberships.active().filter(user=bob).exists()


def test_it_is_recorded_once(alice: User, bob: User) -> None:
    for _ in range(2):
        sanction_everywhere(bob.pk, "ban", "spam", actor_id=alice.pk)
    lift_everywhere(bob.pk, "ban", actor_id=alice.pk)
    actions = AuditEntry.objects.order_by("pk").values_list("actor", "action", "user", "reason")
    assert list(actions) == [
        (alice.pk, "sanction.ban", bob.pk, "spam"),
        (alice.pk, "sanction.unban", bob.pk, ""),
    ]
    assert Sanction.objects.get().lifted_at


def test_it_needs_a_reason_a_time_to_come_and_somebody(alice: User) -> None:
    with pytest.raises(errors.BadRequest):
        sanction_everywhere(alice.pk, "ban", " ")
    with pytest.raises(errors.BadRequest):
        sanction_everywhere(alice.pk, "ban", "spam", until=datetime.now(UTC) - timedelta(days=1))
    with pytest.raises(errors.NotFound):
        sanction_everywhere(2**40, "ban", "spam")


def test_a_ban_has_every_process_look(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[int] = []
    monkeypatch.setattr(hubs, "publish_access", told.append)
    sanction_everywhere(alice.pk, "mute", "noise")
    sanction_everywhere(alice.pk, "ban", "spam")
    assert told == [alice.pk]


def test_one_banned_while_the_writer_waits_stores_nothing(
    writer: Writer, bob: User, room: Room
) -> None:
    with transaction.atomic():
        sanction_everywhere(bob.pk, "ban", "spam")
        outcome = send(writer, bob, draft(room))
        wait_until(lambda: waiting_for_a_lock() == 1)
    assert isinstance(outcome.result(10), errors.Forbidden)
    assert not Message.objects.exists()
