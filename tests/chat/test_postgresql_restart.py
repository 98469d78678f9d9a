"""A PostgreSQL that is killed and comes back, seen by a pool with the product's settings."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.db.utils import ConnectionHandler
from django.utils.connection import ConnectionProxy

from chat import database, errors
from tests.services import Postgres

pytestmark = pytest.mark.django_db

# One call that the pool keeps waiting for 3 s, and the next. With dead ones left in the pool it took 13.
SERVES_AGAIN_SECONDS = 9.0


@pytest.fixture
def postgres() -> Iterator[Postgres]:
    postgres = Postgres()
    postgres.start()
    yield postgres
    postgres.remove()


@pytest.fixture
def elsewhere(
    postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> "Iterator[ConnectionProxy[Any]]":
    """Puts `database.run` on a PostgreSQL that a test may kill, with a pool as full as it gets."""
    place = {"HOST": "127.0.0.1", "PORT": str(postgres.port), "NAME": "postgres", "USER": "chat"}
    settings = connection.settings_dict | place
    proxy = ConnectionProxy(ConnectionHandler({"default": {}, "elsewhere": settings}), "elsewhere")
    monkeypatch.setattr(database, "connection", proxy)
    proxy.pool.open()
    full = [proxy.pool.getconn() for _ in range(proxy.pool.max_size)]
    for one in full:
        proxy.pool.putconn(one)
    yield proxy
    proxy.close_pool()


def ask(proxy: "ConnectionProxy[Any]") -> int:
    with proxy.cursor() as cursor:
        cursor.execute("SELECT 1")
        (value,) = cursor.fetchone()
    return int(value)


async def test_it_serves_again_soon_after_a_restart(
    postgres: Postgres, elsewhere: "ConnectionProxy[Any]"
) -> None:
    """All that the pool holds is dead then."""
    postgres.kill()
    postgres.start()
    back = time.monotonic()
    try:
        await database.run(ask, elsewhere)
    except errors.Unavailable:
        await database.run(ask, elsewhere)
    assert time.monotonic() - back < SERVES_AGAIN_SECONDS


async def test_it_serves_at_once_after_an_outage_that_was_noticed(
    postgres: Postgres, elsewhere: "ConnectionProxy[Any]"
) -> None:
    postgres.kill()
    with pytest.raises(errors.Unavailable):
        await database.run(ask, elsewhere)
    postgres.start()
    assert await database.run(ask, elsewhere) == 1
