from chat.limits import TokenBucket


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
