"""Removals and joins at each point of a connection's attendance, with what is read or told held at it."""

import asyncio

import pytest

from accounts.models import User
from chat import attendance, queries
from chat import hub as hubs
from chat.hub import Hub
from chat.models import Room
from tests.chat.attending import Tab, gate, invite, outage, remove, say, until

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


async def test_a_room_gained_while_the_database_fails_is_told_of_afterwards(
    hub: Hub, alice: User, carol: User, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attendance, "RETRY_SECONDS", 0.01)
    tab = await Tab(carol).hello()
    outage(monkeypatch, queries, "own_room")
    await invite(alice, room, carol)
    await until(lambda: len(tab.welcomed_to()) == 2)
    await say(room, alice)
    await until(lambda: tab.told_of(room)[-1:] == [5])
    assert room.pk in tab.welcomed_to()[1]


async def test_a_welcome_that_comes_again_may_fail_in_between(
    hub: Hub, alice: User, carol: User, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attendance, "RETRY_SECONDS", 0.01)
    tab = await Tab(carol).hello()
    monkeypatch.setattr(hubs, "publish_user", lambda change: None)
    monkeypatch.setattr(hubs, "publish", lambda room_id, told: None)
    outage(monkeypatch, queries, "welcome", after=1)
    await invite(alice, room, carol)
    await until(lambda: len(tab.welcomed_to()) == 2)
    await say(room, alice)
    await until(lambda: tab.told_of(room)[-1:] == [(4, 5)])
