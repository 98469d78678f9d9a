"""Turns: so many at once, the others one after the other."""

import asyncio

from chatsite.daphne import turns
from chatsite.daphne.turns import Turns


async def test_only_so_many_have_a_turn() -> None:
    open_ones = Turns()
    leave = asyncio.Event()
    began = 0

    async def request() -> None:
        nonlocal began
        async with open_ones.turn():
            began += 1
            await leave.wait()

    requests = [asyncio.create_task(request()) for _ in range(turns.AT_ONCE + 5)]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert began == turns.AT_ONCE
    leave.set()
    await asyncio.gather(*requests)
    assert began == turns.AT_ONCE + 5


async def test_a_turn_can_end_before_its_block() -> None:
    open_ones = Turns()
    for _ in range(3 * turns.AT_ONCE):
        async with open_ones.turn() as turn:
            turn.end()
            turn.end()
    assert not open_ones.are_too_many_waiting


async def test_a_waiting_request_that_gives_up_makes_room() -> None:
    open_ones = Turns()
    async with asyncio.TaskGroup() as group:
        for _ in range(turns.AT_ONCE):
            await open_ones.turn().__aenter__()
        waiting = group.create_task(open_ones.turn().__aenter__())
        await asyncio.sleep(0)
        assert open_ones._waiting == 1
        waiting.cancel()
    assert open_ones._waiting == 0
