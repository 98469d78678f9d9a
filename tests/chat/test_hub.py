"""The hub's own life: feeds that come and go, what polls find, other data than before."""

import asyncio
import logging

import pytest
from django.db import ProgrammingError

from accounts.models import User
from chat import database, queries, repairs, user_revs
from chat import hub as hubs
from chat.errors import Unavailable
from chat.hub import Hub
from chat.line import PRESENCE_GROUP
from chat.models import Room, Site
from chat.protocol.codes import CLOSE_RESTARTING
from tests.chat.attending import Tab, gate, invite, outage, reads, say, until
from tests.people import make_room

POLL_SECONDS, POLL_GRACE_SECONDS = repairs.POLL_SECONDS, repairs.POLL_GRACE_SECONDS  # in earnest
FOUND_WITHIN_SECONDS = 2.0

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def other(alice: User, bob: User) -> Room:
    return make_room(alice, bob, name="Other")


async def start_over(hub: Hub) -> None:
    """As when the hub finds another epoch."""
    hub._start_over()


def test_its_poll_leaves_some_of_what_is_promised_to_a_busy_machine() -> None:
    assert POLL_SECONDS + 2 * POLL_GRACE_SECONDS < FOUND_WITHIN_SECONDS


async def test_feeds_and_subscriptions_end_after_the_last_socket_left(
    hub: Hub, alice: User, bob: User, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hubs, "LINGER_SECONDS", 0.01)
    tabs = [await Tab(user).hello() for user in (alice, alice, bob)]
    await until(lambda: f"room.{room.pk}" in hub._line._subscribed)
    for tab in tabs:
        assert hub._feeds
        assert hub.user_feeds.feeds
        tab.attendance.end()
    await until(lambda: hub._line._subscribed == {PRESENCE_GROUP})
    assert not hub._feeds
    assert not hub.user_feeds.feeds


async def test_a_feed_may_end_while_one_joins_it_and_another(
    hub: Hub, alice: User, room: Room, other: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    tab = Tab(alice)
    await hub.join(tab.socket, {room.pk})
    hub.leave(tab.socket, {room.pk})
    reading = gate(monkeypatch, queries, "revs")
    joining = asyncio.create_task(hub.join(tab.socket, {room.pk, other.pk}))
    await reading.reached()
    hub._retire(hub._feeds[room.pk])
    reading.open()
    await joining
    assert hub.holds(tab.socket, room.pk)
    assert hub.holds(tab.socket, other.pk)


async def test_another_epoch_has_everybody_come_anew(
    hub: Hub, alice: User, bob: User, room: Room
) -> None:
    tabs = [await Tab(user).hello() for user in (alice, alice, bob)]
    await until(lambda: hub._repairs._epoch)
    await database.run(Site.renew_epoch)
    await until(lambda: all(tab.closed for tab in tabs))
    assert {tab.closed for tab in tabs} == {CLOSE_RESTARTING}
    assert not hub._feeds
    assert hub.figures().starts_over == 1


async def test_a_database_that_went_back_is_another_epoch(
    hub: Hub, alice: User, room: Room
) -> None:
    tab = await Tab(alice).hello()
    before = (await database.run(Site.current)).epoch
    await database.run(Room.objects.filter(pk=room.pk).update, last_rev=1)
    await until(lambda: tab.closed)
    assert (await database.run(Site.current)).epoch != before


async def test_who_comes_before_all_have_gone_is_told_by_the_new_numbers(
    hub: Hub, no_poll: None, alice: User, bob: User, carol: User, room: Room
) -> None:
    old = await Tab(carol).hello()
    hub.user_feeds.feeds[carol.pk].rev = 1_000
    await start_over(hub)
    new = await Tab(carol).hello()
    old.attendance.end()
    await invite(alice, room, carol)
    await until(lambda: new.told_of(room) == ["membership"])


async def test_one_who_is_about_to_attend_when_all_starts_over_comes_anew(
    hub: Hub, carol: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading = gate(monkeypatch, user_revs, "user_revs")
    tab = Tab(carol)
    welcomed = asyncio.create_task(tab.hello())
    await reading.reached()
    await start_over(hub)
    reading.open()
    await welcomed
    assert tab.closed == CLOSE_RESTARTING


async def test_many_who_come_at_once_cost_as_many_queries_as_few(
    hub: Hub, alice: User, bob: User, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = reads(monkeypatch)
    await asyncio.gather(*(Tab(user).hello() for user in (alice, bob) * 8))
    assert names == ["user_revs", "room_ids_of", "revs", "snapshots_of"]


async def test_a_join_that_fails_leaves_nothing_half_joined(
    hub: Hub, alice: User, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    outage(monkeypatch, queries, "revs")
    tab = Tab(alice)
    with pytest.raises(Unavailable):
        await hub.join(tab.socket, {room.pk})
    assert not hub.holds(tab.socket, room.pk)
    await tab.hello()
    await say(room, alice)
    await until(lambda: tab.told_of(room) == [3])


async def test_an_attendance_that_fails_leaves_nobody_attending(
    hub: Hub, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    outage(monkeypatch, user_revs, "user_revs")
    with pytest.raises(Unavailable):
        await Tab(alice).hello()
    assert not hub.user_feeds.feeds


async def test_one_who_goes_while_their_feeds_start_is_in_none(
    hub: Hub, alice: User, bob: User, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading = gate(monkeypatch, queries, "revs")
    gone, other = Tab(alice), Tab(bob)
    going, staying = asyncio.create_task(gone.hello()), asyncio.create_task(other.hello())
    await reading.reached()
    going.cancel()
    reading.open()
    await staying
    assert not hub.holds(gone.socket, room.pk)
    assert hub.holds(other.socket, room.pk)


async def test_the_poll_goes_on_after_a_failure_of_another_kind(
    hub: Hub,
    alice: User,
    room: Room,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """As while a dump is loaded: for a moment there are no tables."""
    tab = await Tab(alice).hello()
    marks = queries.marks

    def fail(*_: object) -> queries.Marks:
        monkeypatch.setattr(queries, "marks", marks)
        raise ProgrammingError("no such table")

    with caplog.at_level(logging.CRITICAL):
        monkeypatch.setattr(queries, "marks", fail)
        await until(lambda: queries.marks is marks)
    monkeypatch.setattr(hubs, "publish", lambda room_id, told: None)
    await say(room, alice)
    await until(lambda: tab.told_of(room) == [(2, 3)])


async def test_what_one_call_raises_keeps_no_other_from_running(
    hub: Hub, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> None:
        raise ValueError

    ran: list[str] = []
    hub.post(fail)
    hub.post(lambda: ran.append("next"))
    await until(lambda: ran)


async def test_it_ends_what_began_while_it_was_closed(hub: Hub) -> None:
    ends = asyncio.Event()
    begun: list[asyncio.Task[None]] = []

    async def repair() -> None:
        try:
            await ends.wait()
        finally:
            if not begun:
                hub._spawn(repair())
                begun.extend(hub._tasks)

    hub._spawn(repair())
    await asyncio.sleep(0)
    await hub.close()
    assert all(task.done() for task in begun)
