from datetime import UTC, datetime

import pytest

from accounts.models import User
from chat import errors, queries
from chat.actions import messages
from chat.changes import room_changes
from chat.models import (
    Attachment,
    AuditEntry,
    Membership,
    Mention,
    Message,
    Reaction,
    Room,
    Sanction,
)
from chat.protocol.codec import encode
from chat.protocol.commands import MessageDelete
from tests.chat.sending import draft
from tests.chat.stored import store
from tests.chat.told import Told

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def messages_of_bob(room: Room, bob: User) -> None:
    store(room, bob, "first")
    store(room, bob, "**second**", reply_to=1)


def delete(actor: User, room: Room, seq: int = 2) -> int:
    return messages.delete_message(actor.pk, MessageDelete(id="1", room=room.pk, seq=seq)).rev


def test_an_author_deletes_and_a_tombstone_is_told(bob: User, room: Room, told: Told) -> None:
    rev = delete(bob, room)
    tombstone = told.only()["message"]
    assert (tombstone["seq"], tombstone["rev"]) == (2, rev) == (2, room.last_rev + 1)
    assert (tombstone["body"], tombstone["content"]) == ("", None)
    assert (tombstone["author"], tombstone["reply_to"]) == (bob.pk, 1)
    assert tombstone["deleted_at"]
    assert Message.objects.get(room=room, seq=2).deleted_by == bob


def test_a_deletion_is_in_what_one_who_was_away_catches_up_with(
    alice: User, bob: User, room: Room, told: Told
) -> None:
    delete(bob, room)
    (message,) = room_changes(alice.pk, room.pk, room.last_rev).messages
    assert encode(message) == encode(told.only()["message"])


def test_nothing_that_hung_on_it_remains(alice: User, bob: User, room: Room, told: Told) -> None:
    message = Message.objects.get(room=room, seq=2)
    message.edits.create(body="before")
    Reaction.objects.create(message=message, user=alice, emoji="👍")
    Mention.objects.create(message=message, user=alice, room=room, seq=message.seq)
    Attachment.objects.create(room=room, message=message, uploader=bob, name="a.txt", size=1)
    Message.objects.filter(pk=message.pk).update(pinned_at=datetime.now(UTC), mention_room=True)
    delete(bob, room)
    gone = told.only()["message"]
    assert (gone["reactions"], gone["mentions"], gone["attachments"]) == ([], [], [])
    assert (gone["pinned"], gone["mention_room"]) == (False, False)
    assert queries.message_edits(alice.pk, room.pk, 2).edits == []
    assert not Attachment.objects.exists()


def test_a_second_deletion_changes_nothing(alice: User, bob: User, room: Room, told: Told) -> None:
    rev = delete(bob, room)
    assert delete(bob, room) == delete(alice, room) == rev
    assert len(told.events) == 1
    assert Message.objects.get(room=room, seq=2).deleted_by == bob


@pytest.mark.parametrize("role", [Membership.Role.OWNER, Membership.Role.MODERATOR])
def test_who_keeps_order_deletes_what_others_said_and_answers_for_it(
    carol: User, bob: User, room: Room, role: str
) -> None:
    Membership.objects.create(room=room, user=carol, role=role, rev=room.last_rev)
    delete(carol, room)
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.action, entry.user, entry.seq) == (carol, "message.delete", bob, 2)


def test_a_member_deletes_only_their_own(alice: User, bob: User, room: Room) -> None:
    store(room, alice, "mine")
    with pytest.raises(errors.Forbidden):
        delete(bob, room, seq=3)


def test_one_deletes_ones_own_unrecorded_and_also_when_muted(bob: User, room: Room) -> None:
    Sanction.objects.create(user=bob, room=room, kind=Sanction.Kind.MUTE, reason="noise")
    assert delete(bob, room)
    assert not AuditEntry.objects.exists()


def test_an_outsider_learns_nothing(carol: User, room: Room) -> None:
    with pytest.raises(errors.NotFound):
        delete(carol, room)


def test_a_message_that_is_not_there_is_not_found(alice: User, room: Room) -> None:
    with pytest.raises(errors.NotFound):
        delete(alice, room, seq=3)


def test_what_the_room_says_stays(alice: User, room: Room) -> None:
    Message.objects.filter(seq=1).update(kind="system", author=None, event={"name": "x"})
    with pytest.raises(errors.Forbidden):
        delete(alice, room, seq=1)


def test_a_deleted_message_is_not_stored_anew_by_sending_it_again(alice: User, room: Room) -> None:
    command = draft(room)
    first = messages.send_and_wait(alice.pk, command)
    delete(alice, room, first.seq)
    assert messages.send_and_wait(alice.pk, command) == first
