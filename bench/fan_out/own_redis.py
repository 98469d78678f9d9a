"""A Redis (or Valkey) of the bench's own, on the load's core: it is somebody else's work."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.services import Redis

from .cores import LOAD_CORE, on_core


class OwnRedis(Redis):
    @property
    def pids(self) -> list[int]:
        return self._pids()


@contextmanager
def own_redis() -> Iterator[OwnRedis]:
    redis = OwnRedis()
    try:
        with on_core(LOAD_CORE):
            redis.start()
        yield redis
    finally:
        redis.remove()
