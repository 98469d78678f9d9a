"""Database work for the event loop: what fails is told from what was asked wrongly, nobody waits for ever."""

import asyncio
import threading

import pytest
from django.db import (
    DataError,
    IntegrityError,
    InterfaceError,
    InternalError,
    OperationalError,
    ProgrammingError,
    connection,
)

from chat import database, errors

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def health(monkeypatch: pytest.MonkeyPatch) -> database.Health:
    health = database.Health()
    monkeypatch.setattr(database, "health", health)
    return health


def ask(statement: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        (value,) = cursor.fetchone()
    return int(value)


def fail(kind: type[Exception]) -> None:
    raise kind


@pytest.mark.parametrize("kind", [OperationalError, InterfaceError, InternalError])
async def test_a_database_that_fails_is_unavailable(kind: type[Exception]) -> None:
    with pytest.raises(errors.Unavailable) as refusal:
        await database.run(fail, kind)
    assert refusal.value.retry_after


@pytest.mark.parametrize("kind", [DataError, IntegrityError, ProgrammingError])
async def test_what_was_asked_wrongly_is_no_outage(kind: type[Exception]) -> None:
    with pytest.raises(kind):
        await database.run(fail, kind)


async def test_more_calls_than_may_wait_are_refused_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(database, "MAX_WAITING", 2)
    release = threading.Event()
    waiting = [asyncio.ensure_future(database.run(release.wait, 10)) for _ in range(2)]
    await asyncio.sleep(0)
    with pytest.raises(errors.Unavailable):
        await database.run(ask, "SELECT 1")
    release.set()
    assert await asyncio.gather(*waiting) == [True, True]
    assert await database.run(ask, "SELECT 1") == 1


async def test_an_outage_is_logged_when_it_begins_and_when_it_ends(
    caplog: pytest.LogCaptureFixture,
) -> None:
    for _ in range(3):
        with pytest.raises(errors.Unavailable):
            await database.run(fail, OperationalError)
    for _ in range(3):
        await database.run(ask, "SELECT 1")
    lines = [record.levelname for record in caplog.records if record.name == database.__name__]
    assert lines == ["ERROR", "WARNING"]


async def test_while_it_is_down_one_call_finds_out_and_the_others_are_refused_at_once(
    health: database.Health,
) -> None:
    for _ in range(database.FAILURES_BEFORE_DOWN):
        with pytest.raises(errors.Unavailable):
            await database.run(fail, OperationalError)
    begun, go_on = threading.Event(), threading.Event()

    def find_out() -> None:
        begun.set()
        assert go_on.wait(10)

    probe = asyncio.ensure_future(database.run(find_out))
    assert await asyncio.to_thread(begun.wait, 10)
    with pytest.raises(errors.Unavailable):
        await database.run(ask, "SELECT 1")
    go_on.set()
    await probe
    assert await database.run(ask, "SELECT 1") == 1
