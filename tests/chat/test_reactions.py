from datetime import UTC, datetime

import pytest

from accounts.models import User
from chat import errors, queries
from chat.actions import reactions
from chat.actions.rooms import add_member
from chat.changes import room_changes
from chat.emoji import is_emoji
from chat.models import Block, Message, Reaction, Room, Sanction
from chat.protocol.commands import ReactionAdd, ReactionRemove
from tests.chat.stored import store
from tests.chat.told import Told
from tests.people import make_crowd, make_direct, make_person

pytestmark = pytest.mark.django_db(transaction=True)

EMOJI = [
    *["😀", "🫠", "👍🏽", "❤️", "❤", "☕", "⌚", "〰️", "㊙️", "©️", "🀄", "♀️", "🇨🇳", "1️⃣", "#⃣"],
    "👩\u200d👩\u200d👧\u200d👦",
    "👩🏾\u200d💻",
    "🏴\u200d☠️",
    "🏳️\u200d🌈",
    "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
]
NO_EMOJI = [
    *["", " ", "a", "1", "好", "👍👍", "👍 ", "👍a", "🇨", "🇨🇳🇨🇳", ":+1:", "<b>"],
    *["\u200d", "\ufe0f", "👩\u200d", "\u200d👩", "🏴\U000e0067", "❤\ufe0f\ufe0f"],
]


@pytest.fixture(autouse=True)
def hello(room: Room, alice: User) -> None:
    store(room, alice, "hello")


def react(actor: User, room: Room, emoji: str, seq: int = 1) -> int:
    command = ReactionAdd(id="1", room=room.pk, seq=seq, emoji=emoji)
    return reactions.add_reaction(actor.pk, command).rev


def take_back(actor: User, room: Room, emoji: str, seq: int = 1) -> int:
    command = ReactionRemove(id="1", room=room.pk, seq=seq, emoji=emoji)
    return reactions.remove_reaction(actor.pk, command).rev


def shown(reader: User, room: Room) -> list[tuple[str, list[int]]]:
    return queries.history(reader.pk, room.pk).messages[0].reactions


def test_a_reaction_is_told_and_seen(alice: User, bob: User, room: Room, told: Told) -> None:
    rev = react(bob, room, "👍")
    message = told.only()["message"]
    assert (message["seq"], message["rev"]) == (1, rev)
    assert message["reactions"] == [["👍", [bob.pk]]]
    assert shown(alice, room) == [("👍", [bob.pk])]


def test_one_who_was_away_catches_up_with_reactions(alice: User, bob: User, room: Room) -> None:
    rev = react(bob, room, "👍")
    (message,) = room_changes(alice.pk, room.pk, room.last_rev).messages
    assert (message.rev, message.reactions) == (rev, [("👍", [bob.pk])])


def test_a_reaction_is_taken_back(bob: User, room: Room, told: Told) -> None:
    react(bob, room, "👍")
    rev = take_back(bob, room, "👍")
    message = told.events[-1]["message"]
    assert (message["rev"], message["reactions"]) == (rev, [])
    assert shown(bob, room) == []


def test_the_same_again_changes_nothing(bob: User, room: Room, told: Told) -> None:
    rev = react(bob, room, "👍")
    assert react(bob, room, "👍") == rev
    taken = take_back(bob, room, "👍")
    assert take_back(bob, room, "👍") == taken == rev + 1
    assert len(told.events) == 2


def test_one_takes_back_only_ones_own(alice: User, bob: User, room: Room, told: Told) -> None:
    rev = react(bob, room, "👍")
    assert take_back(alice, room, "👍") == rev
    assert shown(bob, room) == [("👍", [bob.pk])]


def test_an_emoji_keeps_its_place_when_the_first_to_use_it_takes_it_back(
    alice: User, bob: User, carol: User, room: Room
) -> None:
    add_member(room.pk, carol)
    for actor, emoji in [(alice, "👍"), (bob, "🎉"), (bob, "👍"), (carol, "👍")]:
        react(actor, room, emoji)
    take_back(alice, room, "👍")
    assert shown(bob, room) == [("👍", [bob.pk, carol.pk]), ("🎉", [bob.pk])]
    react(alice, room, "👍")
    take_back(carol, room, "👍")
    assert shown(bob, room) == [("👍", [bob.pk, alice.pk]), ("🎉", [bob.pk])]


@pytest.mark.parametrize("emoji", EMOJI)
def test_one_emoji_is_a_reaction(emoji: str) -> None:
    assert is_emoji(emoji)


@pytest.mark.parametrize("text", NO_EMOJI)
def test_anything_else_is_none(bob: User, room: Room, text: str) -> None:
    with pytest.raises(errors.BadRequest):
        react(bob, room, text)
    with pytest.raises(errors.BadRequest):
        take_back(bob, room, text)


def test_a_sequence_has_64_characters_at_most(bob: User, room: Room) -> None:
    with pytest.raises(errors.TooLong):
        react(bob, room, "\u200d".join("👩" * 33))


def test_a_message_takes_twenty_different_emoji(alice: User, bob: User, room: Room) -> None:
    for number in range(20):
        react(bob, room, chr(0x1F600 + number))
    with pytest.raises(errors.Conflict):
        react(alice, room, "👍")
    assert react(alice, room, "😀")


def test_a_message_takes_five_hundred_reactions_in_all(alice: User, bob: User, room: Room) -> None:
    message = Message.objects.get(room=room)
    crowd = make_crowd(250)
    Reaction.objects.bulk_create(
        Reaction(message=message, user=user, emoji=emoji) for user in crowd for emoji in "👍🎉"
    )
    with pytest.raises(errors.Conflict):
        react(bob, room, "👍")
    message.reactions.filter(user=crowd[0], emoji="🎉").delete()
    assert react(bob, room, "👍")


def test_an_outsider_learns_nothing(carol: User, room: Room) -> None:
    with pytest.raises(errors.NotFound):
        react(carol, room, "👍")
    with pytest.raises(errors.NotFound):
        take_back(carol, room, "👍")


def test_a_message_that_is_not_there_is_not_found(bob: User, room: Room) -> None:
    with pytest.raises(errors.NotFound):
        react(bob, room, "👍", seq=2)


def test_a_deleted_message_takes_none(bob: User, room: Room) -> None:
    Message.objects.filter(room=room).update(body="", deleted_at=datetime.now(UTC))
    with pytest.raises(errors.Conflict):
        react(bob, room, "👍")


def test_who_may_not_post_may_not_react(bob: User, room: Room) -> None:
    react(bob, room, "🎉")
    Sanction.objects.create(user=bob, room=room, kind=Sanction.Kind.MUTE, reason="noise")
    with pytest.raises(errors.Muted):
        react(bob, room, "👍")
    with pytest.raises(errors.Muted):
        take_back(bob, room, "🎉")


def test_an_archived_room_takes_none(bob: User, room: Room) -> None:
    Room.objects.filter(pk=room.pk).update(archived_at=datetime.now(UTC))
    with pytest.raises(errors.Archived):
        react(bob, room, "👍")


def test_who_is_blocked_does_not_react_to_the_blocker_alone(alice: User) -> None:
    dora = make_person("dora")
    direct = make_direct(alice, dora)
    store(direct, alice, "hello")
    Block.objects.create(user=alice, blocked=dora)
    with pytest.raises(errors.Forbidden):
        react(dora, direct, "👍")
    assert react(alice, direct, "👍")
    assert Reaction.objects.count() == 1
