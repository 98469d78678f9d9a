"""A Redis (or Valkey) and a PostgreSQL of the bench's own, on the load's core: theirs is other work."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.services import Postgres, Redis

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


@contextmanager
def own_postgres() -> Iterator[str]:
    """The address of an empty database."""
    postgres = Postgres()
    try:
        with on_core(LOAD_CORE):
            postgres.start()
        yield postgres.create_database("bench")
    finally:
        postgres.remove()
