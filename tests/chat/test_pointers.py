"""The part of a process that gathers read pointers: when it writes, and what becomes of those who wait."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from accounts.models import User
from chat import database, pointer_store
from chat import pointers as module
from chat.errors import ChatError, RateLimited, Unavailable
from chat.hub import Hub
from chat.models import Membership, Room
from chat.pointer_store import Move
from chat.pointers import Pointers
from tests.chat.attending import Tab, outage, say, until
from tests.chat.stored import store

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
async def pointers(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Pointers]:
    """Those of one test, whose pause lasts until they are closed."""
    monkeypatch.setattr(module, "PAUSE_SECONDS", 3600.0)
    pointers = Pointers()
    yield pointers
    await pointers.close()


@pytest.fixture
def batches(monkeypatch: pytest.MonkeyPatch) -> list[list[Move]]:
    """What each transaction was given."""
    given: list[list[Move]] = []
    move_all = pointer_store.move_all

    def noting(moves: list[Move]) -> Any:
        given.append(moves)
        return move_all(moves)

    monkeypatch.setattr(pointer_store, "move_all", noting)
    return given


@pytest.fixture
def talk(room: Room, alice: User) -> None:
    store(room, alice, *["hello"] * 5)


async def outcome(pointers: Pointers, move: Move) -> ChatError | None:
    answered: asyncio.Future[ChatError | None] = asyncio.get_running_loop().create_future()
    pointers.submit_all([move], answered.set_result)
    async with asyncio.timeout(5):
        return await answered


async def read_seq(user: User, room: Room) -> int:
    own = await database.run(Membership.objects.get, user=user, room=room)
    return own.read_seq


async def test_a_lone_move_is_written_at_once(
    pointers: Pointers, bob: User, room: Room, talk: None
) -> None:
    assert await outcome(pointers, Move(bob.pk, room.pk, 3)) is None
    assert await read_seq(bob, room) == 3


async def test_what_comes_in_the_pause_is_one_batch_after_it(
    pointers: Pointers, batches: list[list[Move]], alice: User, bob: User, room: Room, talk: None
) -> None:
    await outcome(pointers, Move(bob.pk, room.pk, 1))
    answers: list[ChatError | None] = []
    moves = [Move(user.pk, room.pk, seq) for seq in (2, 3, 4) for user in (alice, bob)]
    for move in moves:
        pointers.submit_all([move], answers.append)
    assert answers == []
    await pointers.close()
    assert batches == [[Move(bob.pk, room.pk, 1)], moves]
    assert answers == [None] * 6
    assert await read_seq(bob, room) == 4


async def test_who_comes_after_the_end_is_told_to_come_again(pointers: Pointers) -> None:
    await pointers.close()
    with pytest.raises(Unavailable):
        pointers.submit_all([Move(1, 1, 1)], lambda _: None)


async def test_too_many_are_refused_at_once(
    pointers: Pointers, monkeypatch: pytest.MonkeyPatch, bob: User, room: Room
) -> None:
    monkeypatch.setattr(module, "MAX_WAITING", 1)
    pointers.submit_all([Move(bob.pk, room.pk, 0)], lambda _: None)
    with pytest.raises(Unavailable):
        pointers.submit_all([Move(bob.pk, room.pk, 0)], lambda _: None)


async def test_one_user_does_not_keep_the_others_out(
    pointers: Pointers, monkeypatch: pytest.MonkeyPatch, alice: User, bob: User, room: Room
) -> None:
    monkeypatch.setattr(module, "MAX_WAITING_OF_ONE", 2)
    many = [Move(bob.pk, room.pk, 0)] * 2
    pointers.submit_all(many, lambda _: None)
    with pytest.raises(RateLimited):
        pointers.submit_all(many[:1], lambda _: None)
    assert await outcome(pointers, Move(alice.pk, room.pk, 0)) is None
    pointers.submit_all(many, lambda _: None)  # the first are written


async def test_no_transaction_is_larger_than_its_bound(
    pointers: Pointers,
    batches: list[list[Move]],
    monkeypatch: pytest.MonkeyPatch,
    bob: User,
    room: Room,
) -> None:
    monkeypatch.setattr(module, "MAX_BATCH", 2)
    for _ in range(5):
        pointers.submit_all([Move(bob.pk, room.pk, 0)], lambda _: None)
    await until(lambda: len(batches) == 3)
    assert [len(batch) for batch in batches] == [2, 2, 1]


async def test_a_database_that_fails_is_said_and_the_next_batch_is_tried(
    pointers: Pointers, monkeypatch: pytest.MonkeyPatch, bob: User, room: Room, talk: None
) -> None:
    monkeypatch.setattr(module, "PAUSE_SECONDS", 0.0)
    outage(monkeypatch, pointer_store, "move_all")
    refusal = await outcome(pointers, Move(bob.pk, room.pk, 3))
    assert refusal is not None
    assert refusal.code == "unavailable"
    assert await outcome(pointers, Move(bob.pk, room.pk, 3)) is None
    assert await read_seq(bob, room) == 3


async def test_all_tabs_are_told_at_once_without_a_read_of_their_own(
    pointers: Pointers, hub: Hub, bob: User, room: Room, talk: None
) -> None:
    tabs = [await Tab(bob).hello() for _ in range(2)]
    await outcome(pointers, Move(bob.pk, room.pk, 3))
    await until(lambda: all(tab.told_of(room) == ["membership"] for tab in tabs))
    assert [tab.frames[-1]["room"]["read_seq"] for tab in tabs] == [3, 3]


async def test_other_people_are_told_nothing(
    pointers: Pointers, hub: Hub, alice: User, bob: User, room: Room, talk: None
) -> None:
    tab = await Tab(alice).hello()
    await outcome(pointers, Move(bob.pk, room.pk, 3))
    await say(room, alice)
    await until(lambda: tab.told_of(room) == [8])


async def test_a_move_that_was_never_told_is_found_by_the_poll(
    pointers: Pointers,
    hub: Hub,
    bob: User,
    room: Room,
    talk: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tab = await Tab(bob).hello()
    monkeypatch.setattr("chat.hub.publish_user", lambda change: None)
    await outcome(pointers, Move(bob.pk, room.pk, 3))
    await until(lambda: len(tab.welcomed_to()) == 2)
    own = next(one for one in tab.frames[-1]["rooms"] if one["id"] == room.pk)
    assert own["read_seq"] == 3


async def test_a_move_told_while_a_room_is_joined_comes_after_it(
    pointers: Pointers, hub: Hub, bob: User, room: Room, talk: None
) -> None:
    """Not by what came with it: that may be older than what is being read."""
    tab = await Tab(bob).hello()
    tab.attendance.membership_changed(room.pk)
    tab.attendance.membership_changed(room.pk, b'{"type": "membership"}')
    await until(lambda: tab.attendance._task is None)
    assert [frame["room"]["id"] for frame in tab.frames[1:]] == [room.pk] * len(tab.frames[1:])
