"""Reads that share their queries: who is read with whom, and what becomes of each when something fails."""

import asyncio
from collections.abc import Sequence

import pytest

from chat import batches, database, errors
from chat.batches import Batch
from tests.chat.attending import until


class Reads:
    """Doubles what it is asked, a batch at a time, each when it is let go on."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.wrong: dict[int, Exception] = {}
        self.go_on = asyncio.Event()
        self.go_on.set()

    async def __call__(self, asked: Sequence[int]) -> list[int]:
        self.batches.append(list(asked))
        await self.go_on.wait()
        for one in asked:
            if one in self.wrong:
                raise self.wrong[one]
        return [one * 2 for one in asked]


@pytest.fixture
async def reads() -> Reads:
    return Reads()


async def held(reads: Reads, batch: Batch[int, int]) -> "asyncio.Future[int]":
    """A first read that is under way until `reads.go_on`."""
    reads.go_on.clear()
    first = batch.read(0)
    await until(lambda: reads.batches)
    return first


async def test_a_lone_read_begins_at_once(reads: Reads) -> None:
    assert await Batch(reads).read(21) == 42


async def test_what_comes_while_a_batch_is_read_goes_into_the_next(reads: Reads) -> None:
    batch = Batch(reads)
    first = await held(reads, batch)
    others = [batch.read(number) for number in (1, 2, 3)]
    reads.go_on.set()
    assert [await one for one in (first, *others)] == [0, 2, 4, 6]
    assert reads.batches == [[0], [1, 2, 3]]


async def test_a_batch_is_bounded(reads: Reads, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "MAX_BATCH", 2)
    batch = Batch(reads)
    await asyncio.gather(*(batch.read(number) for number in range(5)))
    assert reads.batches == [[0, 1], [2, 3], [4]]


async def test_a_bad_one_fails_alone(reads: Reads) -> None:
    reads.wrong[2] = ValueError("no such thing")
    batch = Batch(reads)
    results = await asyncio.gather(*map(batch.read, (1, 2, 3)), return_exceptions=True)
    assert results == [2, reads.wrong[2], 6]


async def test_without_a_database_all_are_told_so_at_once(reads: Reads) -> None:
    reads.wrong[2] = database.unavailable()
    batch = Batch(reads)
    results = await asyncio.gather(*map(batch.read, (1, 2, 3)), return_exceptions=True)
    assert results == [reads.wrong[2]] * 3
    assert reads.batches == [[1, 2, 3]]


async def test_who_no_longer_waits_is_not_read(reads: Reads) -> None:
    batch = Batch(reads)
    first = await held(reads, batch)
    gone, other = batch.read(1), batch.read(2)
    gone.cancel()
    reads.go_on.set()
    assert [await first, await other] == [0, 4]
    assert reads.batches == [[0], [2]]


async def test_who_goes_while_they_are_read_harms_nobody(reads: Reads) -> None:
    batch = Batch(reads)
    reads.go_on.clear()
    gone, other = batch.read(1), batch.read(2)
    await until(lambda: reads.batches)
    gone.cancel()
    reads.go_on.set()
    assert await other == 4
    assert await batch.read(3) == 6


async def test_when_it_is_ended_nobody_waits_for_ever(reads: Reads) -> None:
    batch = Batch(reads)
    first = await held(reads, batch)
    second = batch.read(1)
    batch.end()
    results = await asyncio.gather(first, second, return_exceptions=True)
    assert [type(result) for result in results] == [asyncio.CancelledError] * 2


async def test_who_went_before_a_batch_failed_is_not_read_again(reads: Reads) -> None:
    reads.wrong[2] = ValueError("no such thing")
    batch = Batch(reads)
    reads.go_on.clear()
    gone, bad, good = batch.read(1), batch.read(2), batch.read(3)
    await until(lambda: reads.batches)
    gone.cancel()
    reads.go_on.set()
    assert await good == 6
    assert isinstance(bad.exception(), ValueError)
    assert reads.batches == [[1, 2, 3], [2], [3]]


async def test_more_than_may_wait_are_refused(
    reads: Reads, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "MAX_WAITING", 1)
    batch = Batch(reads)
    first = await held(reads, batch)
    second = batch.read(1)
    with pytest.raises(errors.Unavailable):
        batch.read(2)
    reads.go_on.set()
    assert [await first, await second] == [0, 2]
