"""The writer's queue: what waits, who is refused at the door, and how it ends."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import transaction

from accounts.models import User
from chat import errors
from chat import writer as writer_module
from chat.models import Message, Room
from chat.protocol.results import SendResult
from chat.writer import Writer
from tests.chat.sending import draft
from tests.chat.writing import send, wait_until, waiting_for_a_lock

pytestmark = pytest.mark.django_db(transaction=True)

SENDERS = 8


def test_while_a_batch_is_stuck_newcomers_are_refused_at_once(
    writer: Writer, alice: User, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    with transaction.atomic():
        Room.objects.select_for_update(no_key=True).get(pk=room.pk)
        stuck = send(writer, alice, draft(room))
        wait_until(lambda: waiting_for_a_lock() == 1)
        queued = send(writer, alice, draft(room))
        monkeypatch.setattr(writer_module, "STUCK_SECONDS", 0)
        with pytest.raises(errors.Unavailable) as refusal:
            send(writer, alice, draft(room))
    assert refusal.value.retry_after
    assert isinstance(stuck.result(10), SendResult)
    assert isinstance(queued.result(10), SendResult)


def test_whoever_submits_while_it_closes_is_stored_or_refused(alice: User, room: Room) -> None:
    """Answered exactly once: a future does not take a second result."""
    writer = Writer()
    accepted: list[SendResult] = []
    under_way = threading.Barrier(SENDERS + 1)

    def keep_sending() -> None:
        under_way.wait()
        while True:
            try:
                outcome = send(writer, alice, draft(room))
            except errors.Unavailable:
                return
            stored = outcome.result(10)
            assert isinstance(stored, SendResult)
            accepted.append(stored)

    with ThreadPoolExecutor(SENDERS) as threads:
        sending = [threads.submit(keep_sending) for _ in range(SENDERS)]
        under_way.wait()
        wait_until(lambda: len(accepted) >= SENDERS)
        assert writer.close(timeout=10)
        for one in sending:
            one.result(10)
    assert sorted(one.seq for one in accepted) == list(
        Message.objects.order_by("seq").values_list("seq", flat=True)
    )


def test_close_waits_for_a_first_draft_whose_thread_has_yet_to_start(
    alice: User, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer, closed = Writer(), threading.Event()
    real_start = writer._start

    def close() -> None:
        assert writer.close(timeout=10)
        closed.set()

    def start_late() -> None:
        threading.Thread(target=close).start()
        closed.wait(0.2)  # gives it every chance to come between the draft and the thread
        real_start()

    monkeypatch.setattr(writer, "_start", start_late)
    outcome = send(writer, alice, draft(room))
    assert closed.wait(10)
    assert outcome.done()
