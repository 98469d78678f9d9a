"""Removals and joins at each point of a connection's attendance, with what is read or told held at it."""

import asyncio

import pytest

from accounts.models import User
from chat import queries
from chat.hub import Hub
from chat.models import Room
from tests.chat.attending import Tab, gate, remove, say, until

pytestmark = pytest.mark.django_db(transaction=True)


async def test_one_removed_after_the_snapshot_was_read_is_told_so_after_it(
    hub: Hub, alice: User, bob: User, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    snapshot = gate(monkeypatch, queries, "welcome", after=1)
    tab = Tab(bob)
    welcomed = asyncio.create_task(tab.hello())
    await snapshot.reached()
    await say(room, alice)
    await remove(alice, room, bob)
    await until(lambda: hub._feeds[room.pk].rev == 5)
    snapshot.open()
    await welcomed
    assert room.pk in tab.welcomed_to()[0]
    assert tab.told_of(room) == [3, "room_left"]


async def test_one_removed_while_what_they_missed_is_read_is_told_so_once(
    hub: Hub, alice: User, bob: User, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    snapshot = gate(monkeypatch, queries, "welcome", after=1)
    tab = Tab(bob)
    welcomed = asyncio.create_task(tab.hello(rooms={room.pk: 1}))
    await snapshot.reached()
    await say(room, alice)
    await remove(alice, room, bob)
    await until(lambda: hub._feeds[room.pk].rev == 5)
    snapshot.open()
    await welcomed
    await say(room, alice)
    assert tab.told_of(room) == ["room_left"]
    assert not hub.holds(tab.socket, room.pk)
