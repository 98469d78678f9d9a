"""What a client has written and not yet seen acknowledged: one message under way per room, in order."""

import time
from collections import deque
from random import Random
from typing import Literal

from tests.client import Frame
from tests.faults.log import Answer, Draft, Log, Ok

REPEATED = 0.05  # of the acknowledged messages: sent once more, as if the answer had been lost

Next = Literal["send", "wait"]
TRANSIENT = {"unavailable", "rate_limited", "internal"}


class Outbox:
    def __init__(self, log: Log, random: Random) -> None:
        self._log = log
        self._random = random
        self._queues: dict[int, deque[Draft]] = {}

    @property
    def is_empty(self) -> bool:
        return not any(self._queues.values())

    @property
    def rooms(self) -> list[int]:
        return list(self._queues)

    def add(self, draft: Draft) -> bool:
        """Whether it is the only one of its room, and may be sent at once."""
        self._log.drafts[draft.client_id] = draft
        queue = self._queues.setdefault(draft.room, deque())
        queue.append(draft)
        return len(queue) == 1

    def first(self, room: int) -> Draft | None:
        queue = self._queues.get(room)
        return queue[0] if queue else None

    def answered(self, draft: Draft, sent: float, answer: Frame) -> Next:
        """Notes an answer; whether the room's first draft is to be sent now or after a while."""
        outcome = "ok" if answer["type"] == "ok" else answer["code"]
        self._log.answers.append(Answer(draft.client_id, sent, time.monotonic(), outcome))
        if outcome == "ok":
            self._acknowledged(draft, answer)
            return "send"
        if outcome == "internal":
            self._log.complain(f"room {draft.room}: internal for {draft.client_id}")
        if outcome in TRANSIENT:
            return "wait"
        self._log.refusals[draft.client_id] = outcome
        self._queues[draft.room].popleft()
        return "send"

    def _acknowledged(self, draft: Draft, answer: Frame) -> None:
        ok = Ok(answer["room"], answer["seq"], answer["rev"], answer["at"])
        first = self._log.oks.setdefault(draft.client_id, ok)
        if first != ok:
            self._log.complain(f"{draft.client_id} was acknowledged as {first}, then as {ok}")
        if first is not ok or self._random.random() >= REPEATED:
            self._queues[draft.room].popleft()
