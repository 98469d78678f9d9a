"""Whom a message mentions, for whom that counts, and what becomes of it later."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from chat import errors, queries
from chat import hub as hubs
from chat.actions import members, messages
from chat.actions.rooms import add_member
from chat.models import Block, Membership, Mention, Message, Room
from chat.pointer_store import Move, move_all
from chat.protocol import commands
from chat.protocol.limits import MAX_MENTIONS
from chat.user_feeds import UserChange
from tests.chat.sending import draft, say
from tests.chat.told import Told
from tests.people import make_direct, make_person

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def told_users(monkeypatch: pytest.MonkeyPatch, room: Room) -> list[UserChange]:
    told: list[UserChange] = []
    monkeypatch.setattr(hubs, "publish_user", told.append)
    return told


def count(user: User, room: Room) -> int:
    return Membership.objects.with_mentions().get(user=user, room=room).mentions


def read_seq(user: User, room: Room) -> int:
    return Membership.objects.get(user=user, room=room).read_seq


def read(user: User, room: Room, seq: int, *, back: bool = False) -> None:
    move_all([Move(user.pk, room.pk, seq, back=back)])


def edit(user: User, room: Room, seq: int, body: str) -> None:
    messages.edit_message(user.pk, commands.MessageEdit(id="1", room=room.pk, seq=seq, body=body))


def delete(user: User, room: Room, seq: int) -> None:
    messages.delete_message(user.pk, commands.MessageDelete(id="1", room=room.pk, seq=seq))


# ---- a new message


def test_a_member_is_mentioned_by_username(alice: User, bob: User, room: Room) -> None:
    say(alice, room, "hi @Bob")
    [message] = queries.history(bob.pk, room.pk).messages
    assert message.mentions == [bob.pk]
    assert message.content == [
        {
            "t": "p",
            "c": [
                {"t": "text", "text": "hi "},
                {"t": "mention", "user": bob.pk, "text": "@Bob"},
            ],
        }
    ]
    assert count(bob, room) == 1


def test_of_two_of_one_name_the_one_is_meant_whose_username_it_is(
    alice: User, bob: User, carol: User, room: Room
) -> None:
    add_member(room.pk, carol)
    User.objects.filter(pk=carol.pk).update(name=bob.name)
    say(alice, room, "hi @carol")
    page = queries.history(bob.pk, room.pk)
    assert page.messages[-1].mentions == [carol.pk]
    assert (count(bob, room), count(carol, room)) == (0, 1)
    assert [user.id for user in page.users if user.name == "Bob"] == [carol.pk]


def test_everybody_is_told_as_a_fresh_load_is(
    alice: User, bob: User, room: Room, told: Told
) -> None:
    add_member(room.pk, make_person("aaron"))
    say(alice, room, "@bob @aaron @room")
    live = told.events[-1]["message"]
    [loaded] = queries.history(bob.pk, room.pk).messages[-1:]
    assert live["mentions"] == loaded.mentions == sorted(loaded.mentions)
    assert live["mention_room"] is loaded.mention_room is True
    assert live["content"] == loaded.content


def test_who_is_no_member_is_not_mentioned(alice: User, bob: User, carol: User, room: Room) -> None:
    members.leave_room(bob.pk, commands.RoomLeave(id="1", room=room.pk))
    say(alice, room, "@carol @bob")
    assert not Mention.objects.exists()
    assert Message.objects.get(body="@carol @bob").content is None


def test_who_mentions_themselves_is_not_counted(alice: User, bob: User, room: Room) -> None:
    say(bob, room, "I, @bob")
    [message] = queries.history(bob.pk, room.pk).messages
    assert message.mentions == []
    assert message.content is not None
    read(bob, room, 0, back=True)
    assert count(bob, room) == 0


def test_an_owner_and_a_moderator_mention_the_room(
    alice: User, bob: User, carol: User, room: Room
) -> None:
    add_member(room.pk, carol, role=Membership.Role.MODERATOR)
    say(alice, room, "@room")
    say(carol, room, "@所有人")
    assert count(bob, room) == 2
    assert not Mention.objects.exists()


def test_from_a_plain_member_it_is_only_text(alice: User, bob: User, room: Room) -> None:
    say(bob, room, "@room")
    [message] = queries.history(alice.pk, room.pk).messages
    assert (message.mention_room, message.content) == (False, None)
    assert count(alice, room) == 0


def test_in_a_direct_room_nobody_has_to_call_all(alice: User, bob: User) -> None:
    direct = make_direct(alice, bob)
    say(alice, direct, "@room @bob")
    assert count(bob, direct) == 1


def test_who_is_mentioned_by_name_and_with_the_room_is_so_once(
    alice: User, bob: User, room: Room
) -> None:
    say(alice, room, "@bob @room")
    assert count(bob, room) == 1


def test_too_many_mentions_are_refused(alice: User, room: Room) -> None:
    names = [f"reader{number}" for number in range(MAX_MENTIONS + 1)]
    for name in names:
        add_member(room.pk, make_person(name))
    say(alice, room, " ".join(f"@{name}" for name in names[:-1]))
    with pytest.raises(errors.BadRequest, match="at most 50 people"):
        say(alice, room, " ".join(f"@{name}" for name in names))
    assert Mention.objects.count() == MAX_MENTIONS


def test_a_repeat_mentions_nobody_again(alice: User, bob: User, room: Room) -> None:
    command = draft(room, "@bob")
    first = messages.send_and_wait(alice.pk, command)
    assert messages.send_and_wait(alice.pk, command) == first
    assert count(bob, room) == 1


def test_a_body_without_an_at_sign_costs_no_query_for_names(alice: User, room: Room) -> None:
    from chat import mentions

    with CaptureQueriesContext(connection) as captured:
        mentions.parse(alice.pk, room.pk, "hello, **world**")
        assert len(captured) == 0
        mentions.parse(alice.pk, room.pk, "hello @nobody")
        assert len(captured) == 1
        mentions.parse(alice.pk, room.pk, "hello @bob, hello @carol")
        assert len(captured) == 3


# ---- blocks


def test_who_blocks_the_author_is_not_called(alice: User, bob: User, room: Room) -> None:
    """The author cannot tell: to all others the message is as any."""
    Block.objects.create(user=bob, blocked=alice)
    say(alice, room, "@bob")
    say(alice, room, "@room")
    assert count(bob, room) == 0
    assert queries.history(alice.pk, room.pk).messages[0].mentions == [bob.pk]
    Block.objects.all().delete()
    assert count(bob, room) == 2


# ---- reading


def test_ones_own_message_moves_ones_pointer(alice: User, bob: User, room: Room) -> None:
    say(alice, room, "@bob")
    say(bob, room, "here I am")
    assert (read_seq(bob, room), count(bob, room)) == (2, 0)
    assert read_seq(alice, room) == 1


def test_only_unread_mentions_count(alice: User, bob: User, room: Room) -> None:
    for _ in range(3):
        say(alice, room, "@bob")
    read(bob, room, 2)
    assert count(bob, room) == 1
    read(bob, room, 1, back=True)
    assert count(bob, room) == 2


def test_who_joins_has_been_mentioned_by_nobody(
    alice: User, bob: User, carol: User, room: Room
) -> None:
    say(alice, room, "@room")
    add_member(room.pk, carol)
    assert count(carol, room) == 0


# ---- edits and deletions


def test_an_edit_takes_mentions_and_adds_them(
    alice: User, bob: User, carol: User, room: Room, told_users: list[UserChange]
) -> None:
    add_member(room.pk, carol)
    told_users.clear()
    say(alice, room, "@bob")
    edit(alice, room, 1, "@carol")
    assert (count(bob, room), count(carol, room)) == (0, 1)
    assert {one.user_id: one.room_ids for one in told_users} == {
        bob.pk: (room.pk,),
        carol.pk: (room.pk,),
    }


def test_who_has_read_it_hears_nothing_of_an_edits_mentions(
    alice: User, bob: User, room: Room, told_users: list[UserChange]
) -> None:
    say(alice, room, "hello")
    read(bob, room, 1)
    edit(alice, room, 1, "hello @bob")
    assert told_users == []
    assert count(bob, room) == 0
    assert queries.history(bob.pk, room.pk).messages[0].mentions == [bob.pk]


def test_an_edit_that_calls_the_room_has_everybody_count_anew(
    alice: User, bob: User, room: Room, told: Told
) -> None:
    say(alice, room, "hello")
    edit(alice, room, 1, "hello @room")
    assert count(bob, room) == 1
    edit(alice, room, 1, "hello @room!")
    edit(alice, room, 1, "hello")
    assert count(bob, room) == 0
    assert [change.recount for change in told.changes] == [False, True, False, True]


def test_an_edit_with_too_many_mentions_is_refused(alice: User, room: Room) -> None:
    names = [f"reader{number}" for number in range(MAX_MENTIONS + 1)]
    for name in names:
        add_member(room.pk, make_person(name))
    say(alice, room, "hello")
    with pytest.raises(errors.BadRequest):
        edit(alice, room, 1, " ".join(f"@{name}" for name in names))
    assert Message.objects.get(room=room, seq=1).body == "hello"


def test_a_deleted_message_mentions_nobody(
    alice: User, bob: User, room: Room, told: Told, told_users: list[UserChange]
) -> None:
    say(alice, room, "@bob")
    say(alice, room, "@room")
    delete(alice, room, 1)
    delete(alice, room, 2)
    assert count(bob, room) == 0
    assert [one.user_id for one in told_users] == [bob.pk]
    assert [change.recount for change in told.changes[-2:]] == [False, True]
