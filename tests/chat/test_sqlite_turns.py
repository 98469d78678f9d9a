"""SQLite's one queue for all who write in the process, whether in a transaction or by one statement."""

import threading
from collections.abc import Iterator

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction

from accounts.models import User
from chat.models import AuditEntry, Block, Room
from chatsite.sqlite import base
from chatsite.sqlite.base import write_lock
from tests.chat.writing import at_once, wait_until, waiting_for_a_lock

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def everybody_had_a_turn(db: None) -> Iterator[None]:
    """Whatever happened in a test, the lock is free after it and nobody waits."""
    yield
    assert write_lock.acquire(timeout=0)
    write_lock.release()


def test_a_writer_that_commits_back_to_back_starves_nobody(room: Room) -> None:
    enough = threading.Event()

    def commit_back_to_back() -> None:
        while not enough.is_set():
            with transaction.atomic():
                Room.objects.filter(pk=room.pk).update(topic="again")

    def write_now_and_then() -> None:
        try:
            for number in range(50):
                Room.objects.filter(pk=room.pk).update(name=f"Room {number}")
        finally:
            enough.set()

    at_once(commit_back_to_back, commit_back_to_back, write_now_and_then)
    room.refresh_from_db()
    assert room.name == "Room 49"


def test_turns_are_taken_in_the_order_of_coming(alice: User) -> None:
    """Single statements and transactions stand in one queue."""
    verbs = [lambda: add("first"), lambda: add_in_transaction("second"), lambda: add("third")]
    threads = [threading.Thread(target=at_once, args=[verb]) for verb in verbs]
    with transaction.atomic():
        for waiting, thread in enumerate(threads, start=1):
            thread.start()
            wait_until(lambda waiting=waiting: waiting_for_a_lock() == waiting)  # type: ignore[misc]
    for thread in threads:
        thread.join(10)
    assert actions() == ["first", "second", "third"]


def add(action: str) -> None:
    AuditEntry.objects.create(action=action)


def add_in_transaction(action: str) -> None:
    with transaction.atomic():
        add(action)


def actions() -> list[str]:
    return list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))


def test_a_statement_that_fails_gives_its_turn_back(alice: User) -> None:
    with pytest.raises(IntegrityError):
        Block.objects.create(user=alice, blocked=alice)
    at_once(lambda: add("after it"))
    assert actions() == ["after it"]


def test_a_statement_for_many_rows_waits_for_its_turn_and_gives_it_back(alice: User) -> None:
    def rename_many() -> None:
        with connection.cursor() as cursor:
            cursor.executemany("UPDATE accounts_user SET name = %s", [("Alicia",), ("Alix",)])

    thread = threading.Thread(target=at_once, args=[rename_many])
    with transaction.atomic():
        thread.start()
        wait_until(lambda: waiting_for_a_lock() == 1)
    thread.join(10)
    alice.refresh_from_db()
    assert alice.name == "Alix"


def test_a_statement_with_returned_rows_keeps_its_turn_until_it_is_committed(
    alice: User, bob: User, carol: User
) -> None:
    """SQLite commits it with the last of its rows; a free turn would not mean a free database."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_user SET name = '' RETURNING username")
        at_once(lambda: add("meanwhile"))
        rows = [*cursor.fetchmany(1), cursor.fetchone(), *cursor, *cursor.fetchall()]
    assert sorted(rows) == [("alice",), ("bob",), ("carol",)]
    assert actions() == ["meanwhile"]


def test_a_cursor_reads_on_after_a_statement_with_returned_rows(alice: User) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_user SET name = 'Alix' RETURNING name")
        cursor.execute("SELECT username FROM accounts_user")
        assert cursor.fetchall() == [("alice",)]


def test_a_transaction_inside_another_waits_for_nobody(alice: User) -> None:
    with transaction.atomic():
        with transaction.atomic():
            add("inside")
        with pytest.raises(IntegrityError), transaction.atomic():
            Block.objects.create(user=alice, blocked=alice)
        add("after the savepoint")
    assert actions() == ["inside", "after the savepoint"]


def test_one_who_gets_no_turn_in_time_is_told_so(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(base, "WAIT_SECONDS", 0.05)
    with transaction.atomic(), pytest.raises(OperationalError, match="database is locked"):
        at_once(lambda: add("never"))
    at_once(lambda: add("later"))
    assert actions() == ["later"]
