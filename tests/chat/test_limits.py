import pytest

from chat import limits
from chat.errors import RateLimited
from chat.limits import Pauses, TokenBucket, UserBuckets


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_is_allowed_and_then_the_rate() -> None:
    clock = Clock()
    bucket = TokenBucket(rate=2, burst=3, clock=clock)
    assert [bucket.take() for _ in range(4)] == [0, 0, 0, 500]
    clock.now += 0.5
    assert [bucket.take(), bucket.take()] == [0, 500]


def test_a_long_rest_saves_no_more_than_the_burst() -> None:
    clock = Clock()
    bucket = TokenBucket(rate=2, burst=3, clock=clock)
    clock.now += 3600
    assert [bool(bucket.take()) for _ in range(4)] == [False, False, False, True]


def test_what_was_too_fast_is_counted() -> None:
    before, bucket = limits.refusals["connection"], TokenBucket(rate=1, burst=1)
    limits.limit_connection(bucket)
    with pytest.raises(RateLimited):
        limits.limit_connection(bucket)
    assert limits.refusals["connection"] == before + 1


class TestUserBuckets:
    def test_each_user_has_their_own(self) -> None:
        buckets = UserBuckets(rate=2, burst=1, clock=Clock())
        assert [buckets.take(1), buckets.take(1), buckets.take(2)] == [0, 500, 0]

    def test_one_who_comes_back_finds_it_as_it_was(self) -> None:
        clock = Clock()
        buckets = UserBuckets(rate=1, burst=2, clock=clock)
        assert [buckets.take(1), buckets.take(1)] == [0, 0]
        clock.now += 0.5
        buckets.take(2)
        assert buckets.take(1) == 500

    def test_those_that_are_full_again_are_forgotten(self) -> None:
        clock = Clock()
        buckets = UserBuckets(rate=1, burst=2, clock=clock)
        for user_id in range(1_000):
            buckets.take(user_id)
            clock.now += 0.1
        assert len(buckets) <= 20


class TestPauses:
    def test_one_ends_after_its_time(self) -> None:
        clock = Clock()
        pauses = Pauses(10, clock)
        pauses.begin(1)
        clock.now += 4
        assert (pauses.left(1), pauses.left(2)) == (6.0, 0.0)
        clock.now += 7
        assert pauses.left(1) == 0.0

    def test_one_who_floods_again_begins_anew(self) -> None:
        clock = Clock()
        pauses = Pauses(10, clock)
        pauses.begin(1)
        clock.now += 9
        pauses.begin(1)
        assert pauses.left(1) == 10.0

    def test_those_that_are_over_are_forgotten(self) -> None:
        clock = Clock()
        pauses = Pauses(10, clock)
        for user_id in range(1, 100):
            pauses.begin(user_id)
            clock.now += 1
        assert len(pauses) <= 11
