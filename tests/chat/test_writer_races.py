"""A writer that meets another transaction: whichever of the two commits first is seen by the other."""

import threading
import uuid
from collections.abc import Callable, Iterator

import pytest
from django.db import transaction

from accounts.models import User
from chat import errors
from chat.actions import members, sanctions
from chat.models import Membership, Message, Room, Sanction
from chat.protocol.commands import MessageSend, RoomRemove, SanctionSet
from chat.protocol.results import SendResult
from chat.writer import Outcome, Writer
from tests.chat.sending import draft
from tests.chat.writing import at_once, send, wait_until, waiting_for_a_lock
from tests.people import make_room

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 50


def mute(alice: User, room: Room, bob: User) -> None:
    command = SanctionSet(
        id="1", room=room.pk, user=bob.pk, kind="mute", reason="noise", until=None
    )
    sanctions.set_sanction(alice.pk, command)


def ban(alice: User, room: Room, bob: User) -> None:
    command = SanctionSet(id="1", room=room.pk, user=bob.pk, kind="ban", reason="noise", until=None)
    sanctions.set_sanction(alice.pk, command)


def remove(alice: User, room: Room, bob: User) -> None:
    members.remove_member(alice.pk, RoomRemove(id="1", room=room.pk, user=bob.pk))


@pytest.fixture
def second_writer() -> Iterator[Writer]:
    """As another process has it."""
    writer = Writer()
    yield writer
    assert writer.close(timeout=10)


Verb = Callable[[User, Room, User], None]
ENDS = [(mute, errors.Muted), (ban, errors.NotFound), (remove, errors.NotFound)]


@pytest.mark.parametrize(("take_the_right_away", "refusal"), ENDS)
def test_a_right_that_ends_while_the_writer_waits_for_the_room_has_ended(
    writer: Writer,
    alice: User,
    bob: User,
    room: Room,
    take_the_right_away: Verb,
    refusal: type[errors.ChatError],
) -> None:
    with transaction.atomic():
        Room.objects.select_for_update(no_key=True).get(pk=room.pk)
        outcome = send(writer, bob, draft(room))
        wait_until(lambda: waiting_for_a_lock() == 1)
        take_the_right_away(alice, room, bob)
    assert isinstance(outcome.result(10), refusal)
    assert not Message.objects.filter(author=bob).exists()


def test_an_account_that_is_closed_while_the_writer_waits_for_it_is_closed(
    writer: Writer, bob: User, room: Room
) -> None:
    with transaction.atomic():
        User.objects.select_for_update().get(pk=bob.pk)
        outcome = send(writer, bob, draft(room))
        wait_until(lambda: waiting_for_a_lock() == 1)
        User.objects.filter(pk=bob.pk).update(is_active=False)
    assert isinstance(outcome.result(10), errors.NotFound)
    assert not Message.objects.exists()


def test_a_draft_that_has_the_room_is_stored_before_its_author_is_banned(
    writer: Writer, alice: User, bob: User, room: Room
) -> None:
    """The writer is held up when it has the room's lock and still needs the author's."""
    banning = threading.Thread(target=at_once, args=[lambda: ban(alice, room, bob)])
    with transaction.atomic():
        User.objects.select_for_update().get(pk=bob.pk)
        outcome = send(writer, bob, draft(room))
        wait_until(lambda: waiting_for_a_lock() == 1)
        banning.start()
        wait_until(lambda: waiting_for_a_lock() == 2)
    banning.join(10)
    stored = outcome.result(10)
    assert isinstance(stored, SendResult)
    assert stored.rev < Membership.objects.get(room=room, user=bob).rev
    assert Sanction.objects.get().kind == "ban"


def test_a_draft_that_two_writers_store_at_once_is_stored_once(
    writer: Writer, second_writer: Writer, bob: User, room: Room
) -> None:
    for _ in range(ROUNDS):
        command = draft(room)
        first, second = send_at_once([(writer, command), (second_writer, command)], bob)
        assert isinstance(first, SendResult)
        assert first == second
    assert Message.objects.filter(author=bob).count() == ROUNDS


def test_a_client_id_that_goes_to_two_rooms_at_once_is_a_conflict_in_one(
    writer: Writer, second_writer: Writer, alice: User, bob: User, room: Room
) -> None:
    """Each holds its own room's lock, so that neither sees what the other is about to store."""
    other = make_room(alice, bob, name="Workshop")
    for _ in range(ROUNDS):
        client_id = str(uuid.uuid4())
        here, there = (draft(place, client_id=client_id) for place in (room, other))
        outcomes = send_at_once([(writer, here), (second_writer, there)], bob)
        kinds = sorted(type(outcome).__name__ for outcome in outcomes)
        assert kinds == ["Conflict", "SendResult"]
    assert Message.objects.filter(author=bob).count() == ROUNDS


def send_at_once(sendings: list[tuple[Writer, MessageSend]], author: User) -> list[Outcome]:
    """Holds all the writers up until each has taken its draft, then lets them go together."""
    with transaction.atomic():
        rooms = sorted(command.room for _, command in sendings)
        list(Room.objects.select_for_update(no_key=True).filter(pk__in=rooms).order_by("pk"))
        outcomes = [send(writer, author, command) for writer, command in sendings]
        wait_until(lambda: waiting_for_a_lock() == len(sendings))
    return [outcome.result(10) for outcome in outcomes]
