"""Whatever happens to a message, its entry in the search index says what it says now."""

from functools import partial
from typing import TypeVar

import msgspec
import pytest

from accounts.models import User
from chat import errors, payloads, search_index
from chat.actions import messages, reactions, rooms
from chat.models import Message, Room, SearchEntry
from chat.protocol import commands
from chat.writer import Outcome
from tests.chat.sending import draft, say
from tests.people import make_room

C = TypeVar("C", bound=commands.Command)

pytestmark = pytest.mark.django_db(transaction=True)


def tokens(room: Room, seq: int) -> set[str] | None:
    """Those of a message, without the room in front of each."""
    pk = Message.objects.get(room=room, seq=seq).pk
    found = search_index.read([pk]).get(pk)
    return None if found is None else {token.removeprefix(str(room.pk)) for token in found}


def build(room: Room, seq: int, kind: type[C], **fields: str) -> C:
    """A command about one message."""
    return msgspec.convert(
        {"id": "1", "room": room.pk, "seq": seq} | fields | {"type": kind.__struct_config__.tag},
        kind,
    )


def assert_all_in_step(room: Room) -> None:
    for row in Message.objects.filter(room=room):
        entry = search_index.entry(room.pk, payloads.messages([row])[0])
        assert search_index.read([row.pk]) == ({row.pk: set(entry.split())} if entry else {})


def test_what_is_sent_is_indexed(alice: User, room: Room) -> None:
    seq = say(alice, room, "Hello **世界**, see https://example.org").seq
    words = {".hello", ".世", ".界", ".世界", ".see", ".https", ".example", ".org"}
    assert tokens(room, seq) == {*words, f"@{alice.pk}", "+link"}
    assert_all_in_step(room)


def test_what_is_sent_twice_is_indexed_once(alice: User, room: Room) -> None:
    command = draft(room, "hello")
    messages.send_and_wait(alice.pk, command)
    messages.send_and_wait(alice.pk, command)
    assert SearchEntry.objects.count() == 1


def test_what_is_refused_is_not_indexed(carol: User, room: Room) -> None:
    with pytest.raises(errors.NotFound):
        say(carol, room, "let me in")
    assert not SearchEntry.objects.exists()


def test_an_edit_takes_the_place_of_what_was_said(alice: User, room: Room) -> None:
    seq = say(alice, room, "secret https://example.org").seq
    messages.edit_message(
        alice.pk, commands.MessageEdit(id="1", room=room.pk, seq=seq, body="nothing")
    )
    assert tokens(room, seq) == {".nothing", f"@{alice.pk}"}


def test_a_refused_edit_changes_nothing(alice: User, bob: User, room: Room) -> None:
    seq = say(alice, room, "mine").seq
    with pytest.raises(errors.Forbidden):
        messages.edit_message(
            bob.pk, commands.MessageEdit(id="1", room=room.pk, seq=seq, body="yours")
        )
    assert tokens(room, seq) == {".mine", f"@{alice.pk}"}


def test_a_deletion_takes_the_entry_away(alice: User, room: Room) -> None:
    seq = say(alice, room, "secret").seq
    messages.delete_message(alice.pk, commands.MessageDelete(id="1", room=room.pk, seq=seq))
    assert tokens(room, seq) is None
    assert not list(search_index.look_up([room.pk], [[".secret"]], range(2**18), 2**18))


def test_pins_and_reactions_come_and_go(alice: User, room: Room) -> None:
    seq = say(alice, room).seq
    command = partial(build, room, seq)
    bare = {".hello", f"@{alice.pk}"}
    messages.pin_message(alice.pk, command(commands.MessagePin))
    reactions.add_reaction(alice.pk, command(commands.ReactionAdd, emoji="👍"))
    assert tokens(room, seq) == {*bare, "+pin", "+reaction"}
    messages.unpin_message(alice.pk, command(commands.MessageUnpin))
    reactions.remove_reaction(alice.pk, command(commands.ReactionRemove, emoji="👍"))
    assert tokens(room, seq) == bare


def test_what_the_room_says_is_not_indexed(alice: User, room: Room) -> None:
    rooms.update_room(alice.pk, commands.RoomUpdate(id="1", room=room.pk, topic="painting"))
    assert Message.objects.filter(room=room, kind=Message.Kind.SYSTEM).exists()
    assert not SearchEntry.objects.exists()


def test_a_batch_gives_each_message_its_own(alice: User, bob: User, room: Room) -> None:
    other = make_room(alice, bob, name="Other")
    answers: list[Outcome] = []
    for author, where, body in ((alice, room, "red"), (bob, other, "绿色"), (bob, room, "blue 蓝")):
        messages.send_message(author.pk, draft(where, body), answers.append)
    say(alice, other, "last")
    for where in (room, other):
        assert_all_in_step(where)
    assert SearchEntry.objects.count() == 4
