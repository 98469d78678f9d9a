"""Group commit: one thread stores the messages of all this process's senders.

The thread takes what has queued while its last commit ran, so batches grow with the load and an idle
process answers at once; there is no timer. Within a batch every draft is decided under the lock of its
room: a repeat gets its first answer, a refusal costs nobody a number, the rest get the next seqs and revs.
If one draft makes a batch fail, the batch is stored again one by one: no draft can fail its neighbours. If
somebody keeps the lock of a room, the rooms are stored one by one: no room can fail its neighbours.

A database that fails is answered with `unavailable`. Nobody knows then whether the draft was stored: the same
draft sent again finds out.

Owner: the process. Bound: MAX_QUEUED drafts; a full queue refuses with `unavailable`, as does one whose head
has been with the database for STUCK_SECONDS. End: `close`, which stores what is queued first.
"""

import asyncio
import itertools
import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future

from django.db import DatabaseError, IntegrityError, InterfaceError, connection, transaction

from . import database, hub, mentions, message_sql, message_store
from .errors import BadRequest, ChatError, Unavailable
from .message_store import Draft, Stored
from .protocol.codec import timestamp
from .protocol.results import SendResult
from .tallies import Sends

MAX_BATCH = 256
MAX_QUEUED = 10_000
ATTEMPTS = 2
STUCK_SECONDS = 5.0

Outcome = SendResult | ChatError
Done = Callable[[Outcome], None]
_Queued = tuple[Draft, Done, float]  # since when

log = logging.getLogger(__name__)


class Writer:
    def __init__(self) -> None:
        self.sends = Sends()
        self._queue: deque[_Queued] = deque()
        self._wake = threading.Event()
        self._wake_is_due = False
        self._closing = False
        self._thread: threading.Thread | None = None
        self._guard = threading.Lock()
        self._began: float | None = None  # when the batch under way was taken up

    def submit(self, draft: Draft, done: Done) -> None:
        """Queues a draft; `done` gets its outcome, on the writer's thread, exactly once.

        Raises `Unavailable` when the queue is full or the writer is closing.
        """
        with self._guard:
            if self._closing or len(self._queue) >= MAX_QUEUED or self._is_stuck():
                self.sends.turned_away += 1
                raise database.unavailable("Too busy to store messages.")
            self._queue.append((draft, done, time.monotonic()))
            if self._thread is None:  # guarded too: `close` must find the thread of what is queued
                self._start()
        self._wake_soon()

    def close(self, timeout: float) -> bool:
        """Stores what is queued and ends the thread; False when that took longer than `timeout` s."""
        with self._guard:  # whoever came before is in the queue, who comes after is refused
            self._closing = True
        if self._thread is None:
            return True
        self._wake.set()
        self._thread.join(timeout)
        return not self._thread.is_alive()

    @property
    def queued(self) -> int:
        return len(self._queue)

    @property
    def busy_seconds(self) -> float:
        """For how long it has been at the batch under way; 0 between two."""
        began = self._began
        return 0.0 if began is None else time.monotonic() - began

    def _start(self) -> None:
        self._thread = threading.Thread(target=self._run, name="chat-writer", daemon=True)
        self._thread.start()

    def _wake_soon(self) -> None:
        """Wakes the thread once per turn of the event loop, so that what came together is stored together."""
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            self._wake.set()
            return
        if not self._wake_is_due:
            self._wake_is_due = True
            loop.call_soon(self._wake_now)

    def _wake_now(self) -> None:
        self._wake_is_due = False
        self._wake.set()

    def _run(self) -> None:
        try:
            while not (self._closing and not self._queue):
                self._wake.wait()
                self._wake.clear()
                while batch := self._take():
                    self._began = time.monotonic()
                    self._process(batch)
                    self._began = None
        finally:
            connection.close()

    def _take(self) -> list[_Queued]:
        batch: list[_Queued] = []
        while self._queue and len(batch) < MAX_BATCH:
            batch.append(self._queue.popleft())
        return batch

    def _is_stuck(self) -> bool:
        """Who comes while the database hangs learns it at once; what waits already keeps its chance."""
        return self.busy_seconds > STUCK_SECONDS

    def _process(self, batch: list[_Queued]) -> None:
        """Stores a batch, publishes what is new, answers everybody. Nothing may end the thread."""
        outcomes = self._store_at_all([draft for draft, _, _ in batch])
        try:
            _publish(outcomes)
        except Exception:
            log.exception("Publishing a batch failed; feeds repair themselves from the database.")
        self._note(batch, outcomes)
        for (_, done, _), outcome in zip(batch, outcomes, strict=True):
            try:
                done(_answer(outcome))
            except Exception:
                log.exception("A sender's answer could not be delivered.")

    def _note(self, batch: list[_Queued], outcomes: list[Stored | ChatError]) -> None:
        sends, now = self.sends, time.monotonic()
        for (_, _, since), outcome in zip(batch, outcomes, strict=True):
            sends.seconds.add(now - since)
            if isinstance(outcome, Stored):
                sends.stored += outcome.is_new
                sends.repeated += not outcome.is_new
            elif isinstance(outcome, Unavailable):
                sends.failed += 1
            else:
                sends.refused += 1
        sends.batches.add(len(batch))
        sends.batch_seconds.add(self.busy_seconds)

    def _store_at_all(self, drafts: list[Draft]) -> list[Stored | ChatError]:
        try:
            return self._store_or_refuse(drafts)
        except Exception:
            log.exception("A batch of %d messages could not be handled.", len(drafts))
            return [_unavailable()] * len(drafts)

    def _store_or_refuse(self, drafts: list[Draft]) -> list[Stored | ChatError]:
        for attempt in range(ATTEMPTS):
            try:
                outcomes = _store(drafts)
            except database.OUTAGES as error:
                # The connection may only have been idle for too long, or lost a deadlock, so there is a
                # second attempt. It is safe: what a lost transaction did store is found by its client ids.
                if database.is_lock_timeout(error):
                    connection.close()
                    return self._store_by_room(drafts)
                had_none = connection.connection is None
                database.note_outage(error)
                if had_none:
                    break  # and waiting for one again would only keep the senders waiting
            except Exception as error:
                # Another process may have used a client_id meanwhile, under the lock of another room: it is
                # found when looked for again.
                if attempt == 0 and isinstance(error, IntegrityError):
                    continue
                return self._store_singly(drafts, error)
            else:
                database.health.works()
                return outcomes
        return [_unavailable()] * len(drafts)

    def _store_by_room(self, drafts: list[Draft]) -> list[Stored | ChatError]:
        """After a wait for a lock that somebody keeps: who needs that one is refused, nobody else."""
        rooms: dict[int, list[int]] = {}
        for number, draft in enumerate(drafts):
            rooms.setdefault(draft.room_id, []).append(number)
        outcomes: list[Stored | ChatError] = [_unavailable()] * len(drafts)
        for numbers in rooms.values():
            if self._is_stuck():
                break
            stored = _store_without_waiting([drafts[number] for number in numbers])
            for number, outcome in zip(numbers, stored, strict=True):
                outcomes[number] = outcome
        return outcomes

    def _store_singly(self, drafts: list[Draft], error: Exception) -> list[Stored | ChatError]:
        """After a failure that the database itself is not to blame for."""
        if len(drafts) > 1:
            return [outcome for draft in drafts for outcome in self._store_or_refuse([draft])]
        draft = drafts[0]
        log.error(
            "A draft of user %d cannot be stored in room %d.",
            draft.author_id,
            draft.room_id,
            exc_info=error,
        )
        return [BadRequest("This message cannot be stored.")]


writer = Writer()


def submit_and_wait(draft: Draft, timeout: float = 10.0) -> SendResult:
    """For threads: stores a draft and returns its numbers. Raises the `ChatError` that refused it."""
    waiting: Future[Outcome] = Future()
    writer.submit(draft, waiting.set_result)
    try:
        outcome = waiting.result(timeout)
    except TimeoutError:
        raise _unavailable() from None
    if isinstance(outcome, ChatError):
        raise outcome
    return outcome


def _unavailable() -> Unavailable:
    return database.unavailable("Messages cannot be stored now.")


def _store(drafts: list[Draft]) -> list[Stored | ChatError]:
    """A hostile body takes milliseconds to parse, which nobody must spend under a room's lock."""
    parsed = mentions.parse_all(drafts)
    with transaction.atomic():
        return message_store.store(parsed)


def _store_without_waiting(drafts: list[Draft]) -> list[Stored | ChatError]:
    """One attempt at the drafts of one room, which has waited long enough."""
    try:
        parsed = mentions.parse_all(drafts)
        with transaction.atomic():
            message_sql.wait_briefly_for_locks()
            return message_store.store(parsed)
    except (DatabaseError, InterfaceError):
        connection.close()
        return [_unavailable()] * len(drafts)


def _publish(outcomes: list[Stored | ChatError]) -> None:
    new = [outcome for outcome in outcomes if isinstance(outcome, Stored) and outcome.is_new]
    new.sort(key=lambda stored: (stored.room_id, stored.rev))
    for room_id, group in itertools.groupby(new, key=lambda stored: stored.room_id):
        hub.publish(room_id, [message_store.change(stored) for stored in group])


def _answer(outcome: Stored | ChatError) -> Outcome:
    if isinstance(outcome, ChatError):
        return outcome
    return SendResult(outcome.room_id, outcome.seq, outcome.rev, timestamp(outcome.at))
