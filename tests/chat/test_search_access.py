"""Whose messages a search finds: those that its reader may read now, and nobody else's."""

from datetime import UTC, datetime

import pytest

from accounts.models import User
from chat import errors
from chat.actions import members, messages, sanctions
from chat.models import Membership, Room, Sanction
from chat.protocol import commands
from chat.search import search
from tests.chat.searching import bodies, sent
from tests.chat.stored import store
from tests.people import make_direct, make_room

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def secret(room: Room, alice: User) -> None:
    store(room, alice, "the secret")


def test_a_member_finds_what_was_said_before_they_came(
    room: Room, carol: User, alice: User
) -> None:
    members.invite_member(alice.pk, commands.RoomInvite(id="1", room=room.pk, user=carol.pk))
    assert bodies(search(carol.pk, "secret")) == ["the secret"]


def test_an_outsider_finds_nothing(carol: User) -> None:
    assert search(carol.pk, "secret").hits == []


def test_a_public_room_too_has_to_be_joined_first(alice: User, carol: User) -> None:
    square = make_room(alice, name="Square", kind=Room.Kind.PUBLIC)
    store(square, alice, "not so secret")
    assert search(carol.pk, "secret").hits == []
    with pytest.raises(errors.Forbidden):
        search(carol.pk, "secret", room_id=square.pk)


def test_a_room_that_is_not_ones_own_is_like_none(room: Room, carol: User) -> None:
    with pytest.raises(errors.NotFound) as hidden:
        search(carol.pk, "secret in:atelier")
    with pytest.raises(errors.NotFound) as missing:
        search(carol.pk, "secret in:nowhere")
    assert hidden.value.detail.replace("atelier", "nowhere") == missing.value.detail
    with pytest.raises(errors.NotFound):
        search(carol.pk, "secret", room_id=room.pk)


def test_a_direct_room_is_found_by_its_people_only(alice: User, bob: User, carol: User) -> None:
    store(make_direct(alice, bob), alice, "a word between us")
    assert bodies(search(bob.pk, "between in:@alice")) == ["a word between us"]
    assert search(carol.pk, "between").hits == []
    with pytest.raises(errors.NotFound):
        search(carol.pk, "between in:@alice")


def test_who_left_finds_nothing_more(room: Room, bob: User) -> None:
    members.leave_room(bob.pk, commands.RoomLeave(id="1", room=room.pk))
    assert search(bob.pk, "secret").hits == []


def test_who_is_banned_from_a_room_finds_nothing_there(room: Room, alice: User, bob: User) -> None:
    sanctions.set_sanction(
        alice.pk,
        commands.SanctionSet(id="1", room=room.pk, user=bob.pk, kind="ban", reason="spam"),
    )
    assert search(bob.pk, "secret").hits == []


def test_who_is_muted_may_still_look(room: Room, bob: User) -> None:
    Sanction.objects.create(user=bob, room=room, kind=Sanction.Kind.MUTE, reason="noise")
    assert bodies(search(bob.pk, "secret")) == ["the secret"]


def test_an_archived_room_is_still_searched(room: Room, bob: User) -> None:
    Room.objects.filter(pk=room.pk).update(archived_at=datetime.now(UTC))
    assert bodies(search(bob.pk, "secret")) == ["the secret"]


def test_a_deleted_message_is_not_found_by_anyone(room: Room, alice: User, bob: User) -> None:
    seq = sent(alice, room, "a mistake https://example.org")
    messages.delete_message(alice.pk, commands.MessageDelete(id="1", room=room.pk, seq=seq))
    for reader in (alice, bob):
        assert search(reader.pk, "mistake").hits == []
        assert search(reader.pk, "has:link").hits == []


def test_an_edited_message_is_found_by_what_it_says_now(room: Room, alice: User) -> None:
    seq = sent(alice, room, "a mistake")
    messages.edit_message(
        alice.pk, commands.MessageEdit(id="1", room=room.pk, seq=seq, body="all well")
    )
    assert search(alice.pk, "mistake").hits == []
    assert bodies(search(alice.pk, "well")) == ["all well"]


def test_what_retention_removed_is_not_found(room: Room, bob: User) -> None:
    Room.objects.filter(pk=room.pk).update(first_seq=2)
    assert search(bob.pk, "secret").hits == []


def test_who_comes_back_finds_all_again(room: Room, bob: User) -> None:
    Membership.objects.filter(room=room, user=bob).update(left_at=datetime.now(UTC))
    assert search(bob.pk, "secret").hits == []
    Membership.objects.filter(room=room, user=bob).update(left_at=None)
    assert len(search(bob.pk, "secret").hits) == 1
