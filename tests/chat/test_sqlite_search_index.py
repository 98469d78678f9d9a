from contextlib import nullcontext
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from accounts.models import User
from chat import search_index
from chat.actions.search_index import forget_deleted
from chat.models import Message, Room
from chat.protocol.limits import SEARCH_PAGE
from chat.search import search, walk
from chat.search_index import sqlite
from tests.chat.stored import store

pytestmark = pytest.mark.django_db(transaction=True)


def test_not_even_the_vocabulary_remembers_a_deleted_word(room: Room, alice: User) -> None:
    store(room, alice, "secret")
    pk = Message.objects.get(room=room).pk
    search_index.write({pk: "1.secret"})
    search_index.write({pk: None})
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab(main, chat_searchentry, row)"
        )
        cursor.execute("SELECT term FROM vocabulary")
        assert cursor.fetchall() == []
        cursor.execute("DROP TABLE temp.vocabulary")


def test_nor_do_the_pages_of_the_disk_once_they_are_merged(
    room: Room, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "LEAST_PAGES", 0)  # nothing is merged before
    for number in range(1, 40):
        search_index.write({number: f"1.common 1.{'zebra' if number == 7 else 'word'}"})
    search_index.write({7: None})
    assert pages_with("zebra")
    list(forget_deleted())
    assert not pages_with("zebra")
    found = search_index.look_up([1], [[".common"]], range(1, 100), 99)
    assert list(found) == [number for number in range(39, 0, -1) if number != 7]


def test_where_nothing_was_deleted_there_is_nothing_to_merge_twice(room: Room) -> None:
    search_index.write({1: "1.word"})
    list(forget_deleted())
    assert list(forget_deleted()) == [0]


def test_no_transaction_has_much_of_the_index_to_merge(room: Room) -> None:
    """Left to itself, FTS5 merges little for a while and then much, in somebody's commit."""
    written = []
    for number in range(1, 301):
        words = " ".join(f"1.word{number * 7 % n}" for n in range(20, 40))
        before = connection.connection.total_changes
        with transaction.atomic():
            search_index.write({number: words})
        written.append(connection.connection.total_changes - before)
    assert max(written) < 30
    assert segments() < 10


def test_messages_that_come_alone_leave_few_segments(room: Room, alice: User) -> None:
    for number in range(1, 101):
        store(room, alice, " ".join(f"word{number * 7 % n}" for n in range(20, 40)))
    assert segments() < 16


def test_what_senders_left_to_be_merged_is_merged_by_whoever_tidies_up(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    list(forget_deleted())
    monkeypatch.setattr(sqlite, "settle", lambda entries: None)
    for number in range(1, 11):
        search_index.write({number: "1.common"})
    assert segments() >= 10
    call_command("prune_messages", "--go", stdout=StringIO())
    assert segments() < 4
    found = search_index.look_up([1], [[".common"]], range(20), 19)
    assert list(found) == list(range(10, 0, -1))


@pytest.mark.parametrize("fails", [False, True], ids=["full", "failed"])
def test_a_search_that_stops_on_its_way_reads_no_longer(
    room: Room, alice: User, monkeypatch: pytest.MonkeyPatch, *, fails: bool
) -> None:
    """Else SQLite's log would grow for as long as its connection lives."""
    store(room, alice, *["tea"] * (SEARCH_PAGE + walk.BATCH))
    if fails:
        monkeypatch.setattr(walk, "atoms", lambda body: 1 / 0)
    with pytest.raises(ZeroDivisionError) if fails else nullcontext():
        assert search(alice.pk, "tea").more
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # 1 where somebody reads
        assert cursor.fetchone()[0] == 0


def segments() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(DISTINCT segid) FROM chat_searchentry_idx")
        return int(cursor.fetchone()[0])


def pages_with(text: str) -> int:
    """Of the index's own, which keep what words have in common at their beginning once."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM chat_searchentry_data WHERE instr(block, %s)", [text.encode()]
        )
        return int(cursor.fetchone()[0])
