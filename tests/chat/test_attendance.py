"""Removals and joins at each point of a connection's attendance, with what is read or told held at it."""

import asyncio

import pytest

from accounts.models import User
from chat import attendance, changes, database, queries, resumes, welcomes
from chat import hub as hubs
from chat.actions import members, reactions, sanctions
from chat.hub import Hub
from chat.models import Room
from chat.protocol import commands
from chat.protocol.commands import ReactionAdd
from chat.protocol.limits import MAX_SYNC_CHANGES
from tests.chat.attending import Tab, gate, invite, outage, reads, remove, rename, say, until
from tests.chat.filling import fill

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def unpublished(monkeypatch: pytest.MonkeyPatch) -> None:
    """What happens in rooms is stored and told to nobody; the poll has to find it."""
    monkeypatch.setattr(hubs, "publish", lambda room_id, told: None)


async def test_one_removed_after_the_snapshot_was_read_is_told_so_after_it(
    hub: Hub, alice: User, bob: User, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    snapshot = gate(monkeypatch, welcomes, "welcome_all")
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


async def test_of_a_room_one_is_back_in_or_never_was_in_or_of_another_database_nothing_ended(
    hub: Hub, alice: User, bob: User, carol: User, room: Room
) -> None:
    other = "00000000-0000-4000-8000-000000000000"
    stranger = await Tab(carol).hello(rooms={room.pk: 2})
    await remove(alice, room, bob)
    elsewhere = await Tab(bob).hello(rooms={room.pk: 2}, epoch=other)
    assert (stranger.told_of(room), elsewhere.told_of(room)) == ([], [])
    await invite(alice, room, bob)
    back = await Tab(bob).hello(rooms={room.pk: 2})
    assert "room_left" not in back.told_of(room)


async def test_one_removed_while_what_they_missed_is_read_is_told_so_once(
    hub: Hub, alice: User, bob: User, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    snapshot = gate(monkeypatch, welcomes, "welcome_all")
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
    await until(lambda: not hub.holds(tab.socket, room.pk))


async def test_a_room_gained_while_the_database_fails_is_told_of_afterwards(
    hub: Hub, alice: User, carol: User, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attendance, "RETRY_SECONDS", 0.01)
    tab = await Tab(carol).hello()
    outage(monkeypatch, queries, "own_rooms")
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
    outage(monkeypatch, welcomes, "welcome_all")
    await invite(alice, room, carol)
    await until(lambda: len(tab.welcomed_to()) == 2)
    await say(room, alice)
    await until(lambda: tab.told_of(room)[-1:] == [(4, 5)])


async def test_one_removed_and_back_while_the_snapshot_is_read_is_a_member_in_the_end(
    hub: Hub, no_poll: None, alice: User, bob: User, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    snapshot = gate(monkeypatch, welcomes, "welcome_all")
    tab = Tab(bob)
    welcomed = asyncio.create_task(tab.hello())
    await snapshot.reached()
    await remove(alice, room, bob)
    await invite(alice, room, bob)
    snapshot.open()
    await welcomed
    await until(lambda: tab.told_of(room)[:2] == ["room_left", "membership"])
    await say(room, alice)
    await until(lambda: tab.told_of(room)[-1] == 7)


async def test_one_removed_between_the_snapshot_and_what_was_missed_is_told_nothing_later(
    hub: Hub, alice: User, bob: User, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    missed = gate(monkeypatch, resumes, "resume_all")
    await say(room, alice)
    tab = Tab(bob)
    welcomed = asyncio.create_task(tab.hello(rooms={room.pk: 2}))
    await missed.reached()
    await say(room, alice)
    await remove(alice, room, bob)
    await say(room, alice)
    missed.open()
    await welcomed
    assert tab.told_of(room) == [(2, 3), 4, "room_left"]


async def test_a_room_gained_while_the_welcome_is_under_way_is_told_after_it(
    hub: Hub, no_poll: None, alice: User, carol: User, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    snapshot = gate(monkeypatch, welcomes, "welcome_all")
    tab = Tab(carol)
    welcomed = asyncio.create_task(tab.hello())
    await snapshot.reached()
    await invite(alice, room, carol)
    snapshot.open()
    await welcomed
    await until(lambda: tab.told_of(room)[:1] == ["membership"])
    await say(room, alice)
    await until(lambda: tab.told_of(room)[-1] == 5)
    assert room.pk not in tab.welcomed_to()[0]


async def test_one_removed_while_a_gained_room_is_read_is_told_nothing_later(
    hub: Hub, no_poll: None, alice: User, carol: User, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    tab = await Tab(carol).hello()
    own_room = gate(monkeypatch, queries, "own_rooms")
    await invite(alice, room, carol)
    await own_room.reached()
    await say(room, alice)
    await remove(alice, room, carol)
    await say(room, alice)
    own_room.open()
    await until(lambda: tab.told_of(room)[-1:] == ["room_left"])
    assert tab.told_of(room) == ["membership", 5, "room_left"]


async def test_a_socket_that_closes_while_a_gained_room_is_read_is_in_no_feed(
    hub: Hub, alice: User, carol: User, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    tab = await Tab(carol).hello()
    own_room = gate(monkeypatch, queries, "own_rooms")
    await invite(alice, room, carol)
    await own_room.reached()
    tab.attendance.end()
    own_room.open()
    await until(lambda: tab.attendance._task is None)
    assert not hub.holds(tab.socket, room.pk)
    assert not hub.user_feeds.feeds


async def test_a_new_welcome_without_a_room_comes_after_what_was_before_the_removal(
    hub: Hub,
    alice: User,
    bob: User,
    room: Room,
    unpublished: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tab = await Tab(bob).hello()
    look = gate(monkeypatch, queries, "marks")
    await look.reached()
    await say(room, alice, "before")
    await remove(alice, room, bob)
    await say(room, alice, "after")
    tab.attendance.welcome_anew()
    await until(lambda: len(tab.welcomed_to()) == 2)
    look.open()
    assert tab.told_of(room) == [(2, 3), "room_left"]


async def test_a_removal_that_was_published_in_vain_stands_between_before_and_after(
    hub: Hub,
    alice: User,
    bob: User,
    room: Room,
    unpublished: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tabs = [await Tab(user).hello() for user in (alice, bob)]
    look = gate(monkeypatch, queries, "marks")
    await look.reached()
    await say(room, alice, "before")
    await remove(alice, room, bob)
    await say(room, alice, "after")
    look.open()
    await until(lambda: tabs[0].told_of(room)[-1:] == [(3, 6)])
    assert tabs[1].told_of(room) == [(2, 3), "room_left"]


async def test_a_removal_in_a_lag_too_long_to_replay_comes_before_the_reset(
    hub: Hub,
    alice: User,
    bob: User,
    room: Room,
    unpublished: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tabs = [await Tab(user).hello() for user in (alice, bob)]
    look = gate(monkeypatch, queries, "marks")
    await look.reached()
    await remove(alice, room, bob)
    await database.run(room.refresh_from_db)
    await database.run(fill, room, alice, MAX_SYNC_CHANGES)
    look.open()
    await until(lambda: "reset" in tabs[0].told_of(room))
    assert tabs[1].told_of(room) == ["room_left"]


async def test_a_room_gained_in_vain_comes_with_another_welcome(
    hub: Hub,
    alice: User,
    carol: User,
    room: Room,
    unpublished: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tab = await Tab(carol).hello()
    monkeypatch.setattr(hubs, "publish_user", lambda change: None)
    await invite(alice, room, carol)
    await until(lambda: len(tab.welcomed_to()) == 2)
    assert room.pk in tab.welcomed_to()[1]
    await say(room, alice)
    await until(lambda: tab.told_of(room)[-1:] == [(4, 5)])


async def test_a_gap_during_a_repair_is_repaired_without_the_poll(
    hub: Hub, no_poll: None, alice: User, bob: User, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    tab = await Tab(bob).hello()
    read = gate(monkeypatch, changes, "catch_up")
    lost = pytest.MonkeyPatch()
    for _ in range(2):
        lost.setattr(hubs, "publish", lambda room_id, told: None)
        await say(room, alice, "lost")
        lost.undo()
        await say(room, alice, "told")
        await read.reached()
    read.open()
    await until(lambda: hub._feeds[room.pk].rev == 6)
    await until(lambda: tab.told_of(room)[-1] in (6, (5, 6), (4, 6)))
    assert not hub._feeds[room.pk].has_gap
    assert hub.figures().repairs > 0


async def test_a_socket_that_joins_while_the_feed_is_flushed_sees_each_change_once(
    hub: Hub, alice: User, bob: User, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A slow reader makes the feed wait with its next flush; in that time another joins."""
    first = await Tab(alice).hello()
    feed = hub._feeds[room.pk]
    feed._quiet_until = asyncio.get_running_loop().time() + 3600
    await say(room, alice)
    await until(lambda: feed.rev == 3)
    second = await Tab(bob).hello()
    assert (first.told_of(room), second.told_of(room)) == ([3], [])
    await say(room, alice)
    await until(lambda: second.told_of(room) == [4])
    assert first.told_of(room) == [3, 4]


async def test_one_who_was_removed_learns_nothing_of_the_rooms_later_name(
    hub: Hub, alice: User, bob: User, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    snapshot = gate(monkeypatch, welcomes, "welcome_all")
    tab = Tab(bob)
    welcomed = asyncio.create_task(tab.hello(rooms={room.pk: 999}))
    await snapshot.reached()
    await remove(alice, room, bob)
    await rename(alice, room, "Secret")
    snapshot.open()
    await welcomed
    assert tab.told_of(room) == ["room_left"]


async def test_a_lost_message_that_is_reacted_to_after_a_removal_is_told(
    hub: Hub, alice: User, bob: User, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    tab = await Tab(alice).hello()
    look = gate(monkeypatch, queries, "marks")
    await look.reached()
    repair = gate(monkeypatch, changes, "catch_up", before=True)
    with monkeypatch.context() as silence:
        silence.setattr(hubs, "publish", lambda room_id, told: None)
        await say(room, alice, "lost on the way")
    await remove(alice, room, bob)
    command = ReactionAdd(id="1", room=room.pk, seq=1, emoji="👍")
    await database.run(reactions.add_reaction, alice.pk, command)
    repair.open()

    def bodies_reacted_to() -> list[str]:
        events = [frame["message"] for frame in tab.frames if frame["type"] == "message"]
        synced = [one for frame in tab.frames for one in frame.get("messages", [])]
        return [one["body"] for one in events + synced if one["reactions"]]

    await until(lambda: bodies_reacted_to() == ["lost on the way"])
    look.open()


async def test_the_removed_are_not_told_what_the_room_is_called_since(
    hub: Hub,
    alice: User,
    bob: User,
    room: Room,
    unpublished: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tab = await Tab(bob).hello()
    look = gate(monkeypatch, queries, "marks")
    await look.reached()
    await say(room, alice, "before")
    await remove(alice, room, bob)
    await rename(alice, room, "Without Bob")
    look.open()
    await until(lambda: tab.told_of(room)[-1:] == ["room_left"])
    assert "Without Bob" not in str(tab.frames)


async def test_many_who_come_back_at_once_cost_as_many_reads_as_one(
    hub: Hub, alice: User, bob: User, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    await say(room, alice)
    names = reads(monkeypatch)
    tabs = [Tab(user) for user in (alice, bob) * 8]
    await asyncio.gather(*(tab.hello(rooms={room.pk: 2}) for tab in tabs))
    assert names == ["user_revs", "room_ids_of", "revs", "snapshots_of", "resume_all"]
    assert all(tab.told_of(room) == [(2, 3)] for tab in tabs)


async def test_a_rev_above_the_snapshots_is_none_that_was_given_out(
    hub: Hub, alice: User, bob: User, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else one removed meanwhile would be told what came after, by naming a rev after the removal."""
    missed = gate(monkeypatch, welcomes, "welcome_all")
    tab = Tab(bob)
    welcomed = asyncio.create_task(tab.hello(rooms={room.pk: 3}))
    await missed.reached()
    await remove(alice, room, bob)
    await say(room, alice, "after")
    missed.open()
    await welcomed
    assert tab.told_of(room) == ["room_left"]


@pytest.mark.parametrize("ending", ["left", "removed", "banned"])
async def test_one_is_told_how_it_ended(
    hub: Hub, no_poll: None, alice: User, bob: User, room: Room, ending: str
) -> None:
    tab = await Tab(bob).hello()
    await database.run(ENDINGS[ending], alice, bob, room)
    await until(lambda: tab.told_of(room)[-1:] == ["room_left"])
    assert tab.frames[-1]["reason"] == ending


@pytest.mark.parametrize("ending", ["left", "removed", "banned"])
async def test_one_is_told_how_it_ended_also_where_that_was_found_late(
    hub: Hub, alice: User, bob: User, room: Room, unpublished: None, ending: str
) -> None:
    tab = await Tab(bob).hello()
    await database.run(ENDINGS[ending], alice, bob, room)
    await until(lambda: "room_left" in tab.told_of(room))
    assert [frame["reason"] for frame in tab.frames if frame["type"] == "room_left"] == [ending]


@pytest.mark.parametrize("ending", ["left", "removed", "banned"])
async def test_one_is_told_how_it_ended_while_one_was_away(
    hub: Hub, alice: User, bob: User, room: Room, ending: str
) -> None:
    await database.run(ENDINGS[ending], alice, bob, room)
    tab = await Tab(bob).hello(rooms={room.pk: 2, 999_999: 1})
    assert [frame["type"] for frame in tab.frames] == ["welcome", "room_left"]
    assert (tab.frames[1]["room"], tab.frames[1]["reason"]) == (room.pk, ending)


async def test_one_banned_while_they_come_back_is_told_so(
    hub: Hub, alice: User, bob: User, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    missed = gate(monkeypatch, welcomes, "welcome_all")
    tab = Tab(bob)
    welcomed = asyncio.create_task(tab.hello(rooms={room.pk: 1}))
    await missed.reached()
    await database.run(ENDINGS["banned"], alice, bob, room)
    missed.open()
    await welcomed
    assert [frame["reason"] for frame in tab.frames if frame["type"] == "room_left"] == ["banned"]


def _leave(_: User, member: User, room: Room) -> None:
    members.leave_room(member.pk, commands.RoomLeave(id="1", room=room.pk))


def _remove(owner: User, member: User, room: Room) -> None:
    command = commands.RoomRemove(id="1", room=room.pk, user=member.pk)
    members.remove_member(owner.pk, command)


def _ban(owner: User, member: User, room: Room) -> None:
    fields = {"room": room.pk, "user": member.pk, "kind": "ban", "reason": "spam"}
    sanctions.set_sanction(owner.pk, commands.SanctionSet(id="1", **fields))  # type: ignore[arg-type]


ENDINGS = {"left": _leave, "removed": _remove, "banned": _ban}
