"""What PostgreSQL does to the writer: real locks, deadlocks, cuts, a read-only and a full database."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from asgiref.sync import SyncToAsync
from django.db import connection, connections, transaction

from accounts.models import User
from chat import errors
from chat.models import Message, Room
from chat.protocol.results import SendResult
from chat.writer import Writer
from tests.chat.sending import draft
from tests.chat.writing import Answers, send, send_together, wait_until, waiting_for_a_lock
from tests.people import make_room
from tests.sessions import end_other_sessions

pytestmark = pytest.mark.django_db(transaction=True)


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def cut_others() -> None:
    """Ends every connection to this database but the test's own; none of the dead is left to later tests.

    Those were in the pool, or with the thread on which asynchronous tests use the database.
    """
    end_other_sessions()
    connection.pool.drain()  # type: ignore[attr-defined]
    SyncToAsync.single_thread_executor.submit(connections.close_all).result()


def test_who_waits_too_long_for_a_room_is_refused_and_its_batch_is_not(
    writer: Writer, alice: User, room: Room
) -> None:
    """The room that is held comes first and last in the batch, and between the others."""
    free = [make_room(alice, name=f"Free {number}") for number in range(2)]
    rooms = [room, free[0], room, free[1], room]
    with transaction.atomic():
        Room.objects.select_for_update(no_key=True).get(pk=room.pk)
        outcomes = send_together(writer, alice, [draft(place) for place in rooms], Answers())
    kinds = [type(outcome) for outcome in outcomes]
    assert kinds == [errors.Unavailable, SendResult] * 2 + [errors.Unavailable]
    refused = outcomes[0]
    assert isinstance(refused, errors.Unavailable)
    assert refused.retry_after
    assert not Message.objects.filter(room=room).exists()
    assert Message.objects.count() == 2


def test_one_who_loses_a_deadlock_is_stored_by_the_second_attempt(
    writer: Writer, bob: User, room: Room
) -> None:
    with transaction.atomic():
        run("SET LOCAL deadlock_timeout = '10s'")  # the writer is to find it, and to lose
        User.objects.select_for_update().get(pk=bob.pk)
        outcome = send(writer, bob, draft(room))
        wait_until(lambda: waiting_for_a_lock() == 1)
        Room.objects.select_for_update(no_key=True).get(pk=room.pk)
    assert isinstance(outcome.result(10), SendResult)
    assert Message.objects.count() == 1


def test_a_connection_that_was_cut_between_two_batches_costs_nothing(
    writer: Writer, bob: User, room: Room
) -> None:
    assert isinstance(send(writer, bob, draft(room)).result(10), SendResult)
    cut_others()
    assert isinstance(send(writer, bob, draft(room)).result(10), SendResult)
    assert Message.objects.count() == 2


def test_a_connection_that_is_cut_inside_the_transaction_stores_it_once(
    writer: Writer, bob: User, room: Room
) -> None:
    with transaction.atomic():
        User.objects.select_for_update().get(pk=bob.pk)
        outcome = send(writer, bob, draft(room))
        wait_until(lambda: waiting_for_a_lock() == 1)
        cut_others()
        wait_until(lambda: waiting_for_a_lock() == 0)
    assert isinstance(outcome.result(10), SendResult)
    assert Message.objects.count() == 1


def test_a_read_only_database_is_unavailable_and_then_works_again(
    writer: Writer, bob: User, room: Room
) -> None:
    command = draft(room)
    with read_only():
        assert isinstance(send(writer, bob, command).result(10), errors.Unavailable)
    assert isinstance(send(writer, bob, command).result(10), SendResult)
    assert Message.objects.count() == 1


@contextmanager
def read_only() -> Iterator[None]:
    """Every transaction becomes read-only at its first message, as if the server had been demoted then.

    By a trigger, not by a setting of the database: that would stay in a connection which the pool
    was opening when it was lifted.
    """
    with each_message("PERFORM set_config('transaction_read_only', 'on', true); RETURN NEW;"):
        yield


def test_a_full_disk_is_unavailable_and_then_works_again(
    writer: Writer, bob: User, room: Room
) -> None:
    command = draft(room)
    with full_disk():
        assert isinstance(send(writer, bob, command).result(10), errors.Unavailable)
        assert not Message.objects.exists()
    assert isinstance(send(writer, bob, command).result(10), SendResult)


@contextmanager
def full_disk() -> Iterator[None]:
    """The server's own error, said by a trigger: only root could give it a small disk."""
    with each_message("RAISE EXCEPTION 'No space left on device' USING ERRCODE = 'disk_full';"):
        yield


@contextmanager
def each_message(meets: str) -> Iterator[None]:
    """`meets` is what the server does before it stores one, in PL/pgSQL."""
    run(f"CREATE FUNCTION fault() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {meets} END $$")
    run("CREATE TRIGGER fault BEFORE INSERT ON chat_message EXECUTE FUNCTION fault()")
    try:
        yield
    finally:
        run("DROP FUNCTION fault CASCADE")
