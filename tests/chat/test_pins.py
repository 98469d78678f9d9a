from datetime import UTC, datetime

import pytest

from accounts.models import User
from chat import errors, queries
from chat.actions import messages
from chat.models import Block, Membership, Message, Room, Sanction
from chat.protocol.commands import MessageDelete, MessagePin, MessageUnpin
from chat.protocol.limits import MAX_PAGE
from tests.chat.stored import store
from tests.chat.told import Told
from tests.people import make_direct

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def hello(room: Room, bob: User) -> None:
    store(room, bob, "hello")


def pin(actor: User, room: Room, seq: int = 1) -> int:
    return messages.pin_message(actor.pk, MessagePin(id="1", room=room.pk, seq=seq)).rev


def unpin(actor: User, room: Room, seq: int = 1) -> int:
    return messages.unpin_message(actor.pk, MessageUnpin(id="1", room=room.pk, seq=seq)).rev


def test_a_pin_is_told_and_taken_out_again(alice: User, room: Room, told: Told) -> None:
    revs = [pin(alice, room), unpin(alice, room)]
    assert [event["message"]["pinned"] for event in told.events] == [True, False]
    assert [event["message"]["rev"] for event in told.events] == revs


def test_the_same_again_changes_nothing(alice: User, room: Room, told: Told) -> None:
    assert unpin(alice, room) == room.last_rev
    rev = pin(alice, room)
    assert pin(alice, room) == rev
    assert len(told.events) == 1


def test_a_moderator_pins_and_a_member_does_not(bob: User, room: Room) -> None:
    with pytest.raises(errors.Forbidden):
        pin(bob, room)
    with pytest.raises(errors.Forbidden):
        unpin(bob, room)
    Membership.objects.filter(user=bob).update(role=Membership.Role.MODERATOR)
    assert pin(bob, room)


def test_both_pin_in_a_conversation_of_two(alice: User, bob: User) -> None:
    direct = make_direct(alice, bob)
    store(direct, alice, "hello")
    assert pin(bob, direct)
    assert unpin(alice, direct)


def test_one_who_is_muted_does_not_pin(alice: User, room: Room) -> None:
    Sanction.objects.create(user=alice, room=room, kind=Sanction.Kind.MUTE, reason="noise")
    for verb in (pin, unpin):
        with pytest.raises(errors.Muted):
            verb(alice, room)


def test_one_who_is_blocked_pins_nothing_before_the_other(alice: User, bob: User) -> None:
    direct = make_direct(alice, bob)
    store(direct, alice, "hello")
    Block.objects.create(user=alice, blocked=bob)
    for verb in (pin, unpin):
        with pytest.raises(errors.Forbidden):
            verb(bob, direct)


def test_an_outsider_learns_nothing(carol: User, room: Room) -> None:
    for verb in (pin, unpin):
        with pytest.raises(errors.NotFound):
            verb(carol, room)


def test_what_is_not_there_or_deleted_is_not_pinned(alice: User, room: Room) -> None:
    with pytest.raises(errors.NotFound):
        pin(alice, room, seq=2)
    Message.objects.filter(room=room).update(body="", deleted_at=datetime.now(UTC))
    with pytest.raises(errors.Conflict):
        pin(alice, room)


def test_an_archived_room_stays_as_it_is(alice: User, room: Room) -> None:
    Room.objects.filter(pk=room.pk).update(archived_at=datetime.now(UTC))
    with pytest.raises(errors.Archived):
        pin(alice, room)


class TestList:
    def test_it_holds_what_is_pinned_the_latest_first(
        self, alice: User, bob: User, room: Room
    ) -> None:
        store(room, alice, "two", "three", "four")
        for seq in (3, 1, 4):
            pin(alice, room, seq)
        unpin(alice, room, 4)
        page = queries.pins(bob.pk, room.pk)
        assert [message.seq for message in page.messages] == [3, 1]
        assert [user.id for user in page.users] == [alice.pk, bob.pk]
        assert not page.more

    def test_a_page_goes_on_where_the_one_before_ended(self, alice: User, room: Room) -> None:
        store(room, alice, "two", "three")
        for seq in (1, 2, 3):
            pin(alice, room, seq)
        first = queries.pins(alice.pk, room.pk, limit=2)
        rest = queries.pins(alice.pk, room.pk, before=2)
        assert [[one.seq for one in page.messages] for page in (first, rest)] == [[3, 2], [1]]
        assert [page.more for page in (first, rest)] == [True, False]

    def test_what_was_deleted_is_no_longer_pinned(self, alice: User, room: Room) -> None:
        pin(alice, room)
        command = MessageDelete(id="1", room=room.pk, seq=1)
        messages.delete_message(alice.pk, command)
        assert queries.pins(alice.pk, room.pk).messages == []

    def test_an_outsider_learns_nothing(self, alice: User, carol: User, room: Room) -> None:
        pin(alice, room)
        with pytest.raises(errors.NotFound):
            queries.pins(carol.pk, room.pk)

    def test_a_page_has_a_bound(self, alice: User, room: Room) -> None:
        with pytest.raises(errors.BadRequest):
            queries.pins(alice.pk, room.pk, limit=MAX_PAGE + 1)
