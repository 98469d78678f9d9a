import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import OperationalError, connection

from accounts.models import User
from chat import errors, message_store, richtext
from chat import writer as writer_module
from chat.actions.messages import _draft
from chat.message_store import Draft, Stored
from chat.models import Message, Room
from chat.protocol.results import SendResult
from chat.writer import Outcome, Writer
from tests.chat.sending import draft
from tests.chat.writing import Answers, send_together

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_queues_together_is_stored_in_one_transaction(
    writer: Writer, alice: User, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[int] = []
    real_store = message_store.store

    def store(drafts: list[Draft]) -> list[Stored | errors.ChatError]:
        sizes.append(len(drafts))
        return real_store(drafts)

    monkeypatch.setattr(message_store, "store", store)
    outcomes = send_together(writer, alice, [draft(room) for _ in range(20)], Answers())
    assert sizes == [20]
    assert [one.seq for one in outcomes if isinstance(one, SendResult)] == list(range(1, 21))


def test_a_double_inside_one_batch_is_stored_once(writer: Writer, alice: User, room: Room) -> None:
    command = draft(room)
    first, second = send_together(writer, alice, [command, command], Answers())
    assert first == second
    assert Message.objects.count() == 1


def test_a_double_with_another_text_inside_one_batch_is_a_conflict(
    writer: Writer, alice: User, room: Room
) -> None:
    one = draft(room, "one")
    two = draft(room, "two", client_id=one.client_id)
    first, second = send_together(writer, alice, [one, two], Answers())
    assert isinstance(first, SendResult)
    assert isinstance(second, errors.Conflict)


def test_a_refusal_costs_no_number(writer: Writer, alice: User, room: Room) -> None:
    commands = [draft(room), draft(room, " "), draft(room)]
    first, refused, second = send_together(writer, alice, commands, Answers())
    assert isinstance(refused, errors.BadRequest)
    assert isinstance(first, SendResult)
    assert isinstance(second, SendResult)
    assert (first.seq, second.seq) == (1, 2)


def test_what_became_of_each_is_counted(writer: Writer, alice: User, room: Room) -> None:
    command = draft(room)
    send_together(writer, alice, [command, command, draft(room, " ")], Answers())
    sends = writer.sends
    assert (sends.stored, sends.repeated, sends.refused, sends.failed) == (1, 1, 1, 0)
    assert (sum(sends.seconds.counts), sum(sends.batches.counts), sends.batches.sum) == (3, 1, 3)
    assert writer.queued == 0


def test_a_draft_that_the_database_does_not_take_fails_alone(
    writer: Writer, alice: User, room: Room, caplog: pytest.LogCaptureFixture
) -> None:
    bodies = ["one", "twin", "twin", "two"]
    with no_body_twice():
        outcomes = send_together(writer, alice, [draft(room, body) for body in bodies], Answers())
    assert isinstance(outcomes[2], errors.BadRequest)
    stored = Message.objects.order_by("seq").values_list("seq", "body")
    assert list(stored) == [(1, "one"), (2, "twin"), (3, "two")]


@contextmanager
def no_body_twice() -> Iterator[None]:
    """A constraint that no check of ours knows of."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE UNIQUE INDEX no_body_twice ON chat_message (body)")
        try:
            yield
        finally:
            cursor.execute("DROP INDEX no_body_twice")


def test_a_parser_that_fails_costs_the_markup_and_nothing_else(
    writer: Writer,
    alice: User,
    room: Room,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(body: str) -> None:
        raise RecursionError(body)

    monkeypatch.setattr(richtext, "parse", fail)
    outcome = send_together(writer, alice, [draft(room, "**bold**")], Answers())[0]
    assert isinstance(outcome, SendResult)
    assert Message.objects.get().content is None


def test_a_lost_connection_is_tried_once_more(
    writer: Writer, alice: User, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    lose_connection(monkeypatch, times=1)
    assert isinstance(send_together(writer, alice, [draft(room)], Answers())[0], SendResult)
    assert Message.objects.count() == 1


def test_a_database_that_stays_away_stores_nothing_and_says_so(
    writer: Writer, alice: User, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    lose_connection(monkeypatch, times=2)
    outcome = send_together(writer, alice, [draft(room)], Answers())[0]
    assert isinstance(outcome, errors.Unavailable)
    assert outcome.retry_after
    assert Message.objects.count() == 0


def lose_connection(monkeypatch: pytest.MonkeyPatch, *, times: int) -> None:
    """The transaction does its work and then cannot commit, that many times."""
    real_store = message_store.store
    failures = iter(range(times))

    def store(drafts: list[Draft]) -> list[Stored | errors.ChatError]:
        outcomes = real_store(drafts)
        if next(failures, None) is not None:
            raise OperationalError("server closed the connection unexpectedly")
        return outcomes

    monkeypatch.setattr(message_store, "store", store)


def test_a_full_queue_refuses_and_loses_nothing(
    writer: Writer, alice: User, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer_module, "MAX_QUEUED", 3)
    answers = Answers()
    writer._thread = threading.current_thread()
    for number in range(3):
        writer.submit(_draft(alice.pk, draft(room)), answers.expect(number))
    with pytest.raises(errors.Unavailable):
        writer.submit(_draft(alice.pk, draft(room)), answers.expect(3))
    writer._thread = None
    writer._start()
    assert all(isinstance(outcome, SendResult) for outcome in answers.all(3))


def test_closing_stores_what_is_queued_first(alice: User, room: Room) -> None:
    writer, answers = Writer(), Answers()
    for number in range(50):
        writer.submit(_draft(alice.pk, draft(room)), answers.expect(number))
    assert writer.close(timeout=10)
    assert all(isinstance(outcome, SendResult) for outcome in answers.all(50))
    with pytest.raises(errors.Unavailable):
        writer.submit(_draft(alice.pk, draft(room)), answers.expect(50))


def test_an_answer_that_cannot_be_delivered_stops_nobody(
    writer: Writer, alice: User, room: Room, caplog: pytest.LogCaptureFixture
) -> None:
    def gone(outcome: Outcome) -> None:
        raise RuntimeError("the socket is gone")

    answers = Answers()
    writer.submit(_draft(alice.pk, draft(room)), gone)
    writer.submit(_draft(alice.pk, draft(room)), answers.expect(0))
    assert isinstance(answers.all(1)[0], SendResult)
