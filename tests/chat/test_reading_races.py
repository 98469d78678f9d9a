"""Whoever is removed between the look at their membership and the reading of the rows gets nothing later."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from accounts.models import User
from chat import errors, queries
from chat.actions import members, messages
from chat.models import Room
from chat.protocol.commands import MessageEdit, RoomRemove
from chat.search import places, search
from tests.chat.stored import store

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def behind_his_back(monkeypatch: pytest.MonkeyPatch, alice: User, bob: User, room: Room) -> None:
    """As soon as Bob's membership has been read he is removed, and Alice pins a word on him and edits it."""

    def then_removed(look: Callable[..., Any]) -> Callable[..., Any]:
        def looked(*args: Any) -> Any:
            found = look(*args)
            monkeypatch.undo()
            members.remove_member(alice.pk, RoomRemove(id="1", room=room.pk, user=bob.pk))
            store(room, alice, "good riddance", pinned_at=datetime.now(UTC))
            edit = MessageEdit(id="1", room=room.pk, seq=room.last_seq, body="good riddance!")
            messages.edit_message(alice.pk, edit)
            return found

        return looked

    store(room, alice, "good morning", pinned_at=datetime.now(UTC))
    monkeypatch.setattr(queries, "readable", then_removed(queries.readable))
    monkeypatch.setattr(places, "rooms", then_removed(places.rooms))


def test_history_ends_before_it(bob: User, room: Room) -> None:
    assert [one.body for one in queries.history(bob.pk, room.pk).messages] == ["good morning"]


def test_a_message_is_not_had_by_its_number(bob: User, room: Room) -> None:
    found = queries.messages(bob.pk, room.pk, list(range(1, 9))).messages
    assert [one.body for one in found] == ["good morning"]


def test_pins_end_before_it(bob: User, room: Room) -> None:
    assert [one.body for one in queries.pins(bob.pk, room.pk).messages] == ["good morning"]


def test_what_it_said_before_its_edit_is_not_had(bob: User, room: Room) -> None:
    with pytest.raises(errors.NotFound):
        queries.message_edits(bob.pk, room.pk, 3)  # the room itself has said that he was removed


@pytest.mark.parametrize("text", ["good", "in:atelier good"])
def test_the_search_does_not_find_it(bob: User, text: str) -> None:
    assert [hit.message.body for hit in search(bob.pk, text).hits] == ["good morning"]
