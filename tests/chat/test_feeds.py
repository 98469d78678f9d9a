import asyncio
import json

import pytest

from chat.feeds import ABOUT_FRAME_BYTES, MAX_HELD, CatchUp, Change, Feed
from chat.frames import Frame
from chat.protocol.codec import encode
from chat.protocol.fields import Standing
from chat.tallies import Traffic


class Reader:
    """A socket that remembers the numbers it was told, frame by frame."""

    def __init__(self, user_id: int = 1) -> None:
        self.user_id = user_id
        self.frames: list[list[object]] = []
        self.last: Frame | None = None

    def write(self, frame: Frame) -> None:
        self.last = frame
        told = json.loads(frame.payload)
        self.frames.append([_short(item) for item in (told if isinstance(told, list) else [told])])

    @property
    def told(self) -> list[object]:
        return [item for frame in self.frames for item in frame]


def _short(item: object) -> object:
    return item["type"] if isinstance(item, dict) else item


def change(rev: int, member: tuple[int, Standing] | None = None) -> Change:
    return Change(rev, str(rev).encode(), member)


class Gaps(list[Feed]):
    """Remembers which feeds reported a gap."""


@pytest.fixture
def gaps() -> Gaps:
    return Gaps()


class Gained(list[tuple[int, int]]):
    """Remembers who the feed said is a member of which room."""

    def note(self, user_id: int, room_id: int) -> None:
        self.append((user_id, room_id))


@pytest.fixture
def gained() -> Gained:
    return Gained()


@pytest.fixture
def feed(gaps: Gaps, gained: Gained) -> Feed:
    feed = Feed(7, gaps.append, gained.note, traffic=Traffic())
    feed.start(10)
    return feed


def join(feed: Feed, reader: Reader, cursor: int = 10) -> Reader:
    feed.add(reader)
    feed.settle(reader, cursor)
    return reader


async def test_it_tells_changes_in_rev_order(feed: Feed) -> None:
    reader = join(feed, Reader())
    for rev in (11, 13, 12):
        feed.offer(change(rev))
    feed.flush()
    assert reader.told == [11, 12, 13]


async def test_it_drops_what_it_told_before(feed: Feed) -> None:
    reader = join(feed, Reader())
    for rev in (11, 11, 10, 3):
        feed.offer(change(rev))
    feed.flush()
    assert reader.told == [11]


async def test_what_is_due_together_is_one_frame(feed: Feed) -> None:
    reader = join(feed, Reader())
    feed.offer(change(11))
    feed.offer(change(12))
    await asyncio.sleep(0)  # one turn of the loop: the quiet feed flushes at once
    assert reader.frames == [[11, 12]]


async def test_a_frame_is_built_once_for_all_sockets(feed: Feed) -> None:
    readers = [join(feed, Reader(user_id)) for user_id in (1, 2, 3)]
    feed.offer(change(11))
    feed.flush()
    assert readers[0].last is not None
    assert {id(reader.last) for reader in readers} == {id(readers[0].last)}


async def test_what_is_told_is_counted_once_for_each_socket(gaps: Gaps, gained: Gained) -> None:
    traffic = Traffic()
    feed = Feed(7, gaps.append, gained.note, traffic=traffic)
    feed.start(10)
    for user_id in (1, 2, 3):
        join(feed, Reader(user_id))
    feed.offer(change(11))
    feed.offer(change(12))
    feed.flush()
    assert (traffic.deliveries, traffic.flushes.sum, sum(traffic.flushes.counts)) == (6, 2, 1)


async def test_a_gap_is_reported_and_holds_what_comes_after(feed: Feed, gaps: Gaps) -> None:
    reader = join(feed, Reader())
    feed.offer(change(12))
    feed.flush()
    assert (reader.told, list(gaps), feed.has_gap) == ([], [feed], True)


async def test_a_catch_up_fills_the_gap_once(feed: Feed) -> None:
    reader = join(feed, Reader())
    feed.offer(change(13))
    feed.catch_up(CatchUp(12, b'{"type":"sync"}'))
    feed.catch_up(CatchUp(12, b'{"type":"sync"}'))
    feed.flush()
    assert reader.told == ["sync", 13]
    assert not feed.has_gap


async def test_changes_that_came_before_the_start_are_told_after_it(
    gaps: Gaps, gained: Gained
) -> None:
    feed = Feed(7, gaps.append, gained.note, traffic=Traffic())
    feed.offer(change(11))
    feed.start(10)
    assert feed.rev == 11


async def test_a_joining_socket_gets_what_came_after_its_snapshot(feed: Feed) -> None:
    reader = Reader()
    feed.add(reader)
    for rev in (11, 12, 13):
        feed.offer(change(rev))
    feed.flush()
    feed.settle(reader, 12)
    assert reader.told == [13]


async def test_a_joining_socket_ahead_of_the_feed_is_told_nothing_twice(feed: Feed) -> None:
    reader = join(feed, Reader(), cursor=12)
    for rev in (11, 12, 13):
        feed.offer(change(rev))
        feed.flush()
    assert reader.told == [13]


async def test_a_socket_that_joins_in_mid_flush_sees_each_change_once(feed: Feed) -> None:
    reader = Reader()
    feed.offer(change(11))
    feed.add(reader)
    feed.settle(reader, 11)
    feed.offer(change(12))
    feed.flush()
    assert reader.told == [12]


async def test_a_snapshot_that_takes_too_long_ends_in_a_reset(feed: Feed) -> None:
    reader = Reader()
    feed.add(reader)
    for rev in range(11, 12 + MAX_HELD):
        feed.offer(change(rev))
    feed.flush()
    feed.settle(reader, 10)
    assert reader.told == ["reset"]


async def test_one_whose_snapshot_is_ahead_starts_anew_if_too_much_comes(feed: Feed) -> None:
    reader = join(feed, Reader(), cursor=12)
    last = 12 + MAX_HELD
    for rev in range(11, last + 1):
        feed.offer(change(rev))
    feed.flush()
    feed.offer(change(last + 1))
    feed.flush()
    assert reader.told == ["reset", last + 1]


async def test_a_removed_member_gets_what_came_before_and_nothing_after(feed: Feed) -> None:
    alice, bob = join(feed, Reader(1)), join(feed, Reader(2))
    feed.offer(change(11))
    feed.offer(change(12, member=(2, "removed")))
    feed.offer(change(13))
    feed.flush()
    assert bob.told == [11, "room_left"]
    assert alice.told == [11, 12, 13]


async def test_one_removed_while_joining_is_told_after_the_snapshot(feed: Feed) -> None:
    bob = Reader(2)
    feed.add(bob)
    feed.offer(change(11))
    feed.offer(change(12, member=(2, "removed")))
    feed.offer(change(13))
    feed.flush()
    assert bob.told == []
    feed.settle(bob, 10)
    assert bob.told == [11, "room_left"]


async def test_a_removal_found_by_a_catch_up_comes_before_its_messages(feed: Feed) -> None:
    bob = join(feed, Reader(2))
    feed.catch_up(CatchUp(15, b'{"type":"sync"}', members=((2, "removed"),)))
    feed.flush()
    assert bob.told == ["room_left"]


async def test_one_who_becomes_a_member_is_named_after_the_removal_before(
    feed: Feed, gained: Gained
) -> None:
    bob = join(feed, Reader(2))
    feed.offer(change(12, member=(2, "member")))
    assert gained == []
    feed.offer(change(11, member=(2, "removed")))
    assert (bob.told, gained, feed.holds(bob)) == (["room_left"], [(2, 7)], False)


async def test_a_lot_that_is_due_comes_in_frames_that_a_reader_can_take(feed: Feed) -> None:
    reader = join(feed, Reader())
    payload = encode("x" * (ABOUT_FRAME_BYTES // 2 - 100))
    for rev in range(11, 16):
        feed.offer(Change(rev, payload))
    feed.flush()
    assert [len(frame) for frame in reader.frames] == [2, 2, 1]


async def test_a_socket_that_left_is_told_nothing(feed: Feed) -> None:
    reader = join(feed, Reader())
    feed.remove(reader)
    feed.offer(change(11))
    feed.flush()
    assert reader.told == []
    assert feed.is_empty


async def test_under_load_the_next_flush_waits_as_long_as_the_last_one_took(
    feed: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    class SlowReader(Reader):
        def write(self, frame: Frame) -> None:
            super().write(frame)
            clock.now += 5.0

    clock = _Clock(asyncio.get_running_loop(), monkeypatch)
    reader = SlowReader()
    join(feed, reader)
    feed.offer(change(11))
    await asyncio.sleep(0)
    feed.offer(change(12))
    await asyncio.sleep(0)
    assert reader.frames == [[11]]
    assert clock.waits == [5.0]


class _Clock:
    """The loop's time, moved by hand, and what was asked to be called later."""

    def __init__(self, loop: asyncio.AbstractEventLoop, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = loop.time()
        self.waits: list[float] = []
        monkeypatch.setattr(loop, "time", lambda: self.now)
        monkeypatch.setattr(loop, "call_later", self._call_later)

    def _call_later(self, delay: float, *_: object) -> asyncio.Handle:
        self.waits.append(delay)
        return asyncio.get_running_loop().call_soon(lambda: None)


async def test_a_change_that_has_all_count_anew_says_so_of_everybody_here(
    feed: Feed, gained: Gained
) -> None:
    join(feed, Reader(user_id=1))
    feed.add(Reader(user_id=2))
    feed.offer(Change(11, b"11", recount=True))
    assert sorted(gained) == [(1, 7), (2, 7)]


async def test_a_repair_that_hides_what_went_says_so_of_everybody_here(
    feed: Feed, gained: Gained
) -> None:
    join(feed, Reader(user_id=1))
    feed.catch_up(CatchUp(12, b'{"type":"sync"}', recount=True))
    assert gained == [(1, 7)]


async def test_who_has_written_is_no_longer_said_to_be_writing(feed: Feed) -> None:
    reader = join(feed, Reader())
    feed.pass_on(5, b'{"type":"typing"}')
    feed.pass_on(6, b'{"type":"presence"}')
    feed.offer(Change(11, b"11", author=5))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert sorted(map(str, reader.told)) == ["11", "presence"]
