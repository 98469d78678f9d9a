"""Who sends only notes what GIN is to put into its tree; the merging does it."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from asgiref.sync import sync_to_async
from django.core.management import call_command
from django.db import ProgrammingError, connection

from accounts.models import User
from chat import search_index
from chat.hub import Hub
from chat.models import Room
from chat.search_index import postgres
from tests.chat.attending import say, until

pytestmark = pytest.mark.django_db(transaction=True)


def pages_that_wait() -> int:
    """To ask puts them into the tree."""
    return int(value("SELECT gin_clean_pending_list('searchentry_tokens')"))


def value(statement: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return str(cursor.fetchone()[0])


@contextmanager
def another_that_merges() -> Iterator[None]:
    other = connection.copy()
    other.set_autocommit(False)
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [postgres.LOCK])
    yield
    other.rollback()
    other.close()


@pytest.fixture
def rounds(monkeypatch: pytest.MonkeyPatch) -> list[None]:
    """One for each that is over; the first two fail, as while a dump is loaded and there is no index."""
    over: list[None] = []
    merge = postgres.merge_waiting

    def noted() -> None:
        over.append(None)
        if len(over) <= 2:
            raise ProgrammingError("no such index")
        merge()

    monkeypatch.setattr(postgres, "merge_waiting", noted)
    return over


def test_what_is_written_waits_until_it_is_merged(room: Room) -> None:
    search_index.write({1: "1.word"})
    assert pages_that_wait() > 0
    search_index.write({2: "1.word"})
    postgres.merge_waiting()
    assert pages_that_wait() == 0
    assert list(search_index.look_up([1], [[".word"]], range(10), 9)) == [2, 1]


def test_nobody_waits_for_another_process_that_merges(room: Room) -> None:
    search_index.write({1: "1.word"})
    with another_that_merges():
        postgres.merge_waiting()
    assert pages_that_wait() > 0


async def test_what_is_sent_is_merged_soon_whatever_failed_before_and_was_said_once(
    rounds: list[None], hub: Hub, alice: User, room: Room, caplog: pytest.LogCaptureFixture
) -> None:
    await until(lambda: len(caplog.records) > 1)
    said = [(record.name, record.levelname) for record in caplog.records]
    assert said == [("chat.merging", "ERROR"), ("chat.merging", "WARNING")]
    await say(room, alice)
    begun = len(rounds)
    await until(lambda: len(rounds) > begun + 2)  # the one under way may have come too early
    assert await sync_to_async(pages_that_wait)() == 0


def test_the_migration_can_be_taken_back(db: None) -> None:
    options = "SELECT reloptions FROM pg_class WHERE relname = 'searchentry_tokens'"
    assert value(options) == "['gin_pending_list_limit=4096']"
    call_command("migrate", "chat", "0019", verbosity=0)
    assert value(options) == "['gin_pending_list_limit=256']"
    call_command("migrate", "chat", verbosity=0)
