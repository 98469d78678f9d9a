"""Drafts given to a writer of the test's own, and what becomes of them."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from django.db import connection

from accounts.models import User
from chat.actions.messages import _draft
from chat.protocol.commands import MessageSend
from chat.writer import Done, Outcome, Writer
from chatsite.sqlite.base import write_lock

DEADLINE_SECONDS = 30.0


class Answers:
    """Collects outcomes by the order of the drafts."""

    def __init__(self) -> None:
        self._got: dict[int, Outcome] = {}
        self._changed = threading.Condition()

    def expect(self, number: int) -> Done:
        def done(outcome: Outcome) -> None:
            with self._changed:
                assert number not in self._got, "answered twice"
                self._got[number] = outcome
                self._changed.notify_all()

        return done

    def all(self, count: int) -> list[Outcome]:
        with self._changed:
            assert self._changed.wait_for(lambda: len(self._got) == count, timeout=10)
        return [self._got[number] for number in range(count)]


def send_together(
    writer: Writer, author: User, commands: list[MessageSend], answers: Answers
) -> list[Outcome]:
    """Queues all before the writer can take any, so that they make one batch."""
    writer._thread = threading.current_thread()  # not started by submit
    for number, command in enumerate(commands):
        writer.submit(_draft(author.pk, command), answers.expect(number))
    writer._thread = None
    writer._start()
    return answers.all(len(commands))


def send(writer: Writer, author: User, command: MessageSend) -> Future[Outcome]:
    """Queues one draft; its outcome may be awaited."""
    outcome: Future[Outcome] = Future()
    writer.submit(_draft(author.pk, command), outcome.set_result)
    return outcome


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def waiting_for_a_lock() -> int:
    """How many transactions wait for one that somebody else holds."""
    if connection.vendor == "sqlite":
        return len(write_lock._waiting)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")  # a transaction sees one state otherwise
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE wait_event_type = 'Lock' AND datname = current_database()"
        )
        (count,) = cursor.fetchone()
    return int(count)


def at_once(*verbs: Callable[[], object]) -> None:
    """Runs each in a thread of its own; what one raises is raised here."""
    with ThreadPoolExecutor(len(verbs)) as threads:
        list(threads.map(run_and_disconnect, verbs))


def run_and_disconnect(verb: Callable[[], object]) -> object:
    """For threads, whose connection would outlive the test."""
    try:
        return verb()
    finally:
        connection.close()
