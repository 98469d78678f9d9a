"""A client's view of one room, kept by the wire's rules (docs/protocol.md, "Order").

It says what it needs (`sync`, `history`) and who owns it asks. What the server may never say is put down
in the client's log as a violation.
"""

from collections.abc import Iterable
from typing import Literal

from tests.client import Frame
from tests.faults.log import Log, RoomLog, Seen

Need = Literal["sync", "history"]


class View:
    def __init__(self, room: int, log: Log, *, rev: int, last_seq: int) -> None:
        self.room = room
        self.state = log.rooms[room] = RoomLog(base=last_seq, rev=rev)
        self._log = log
        self.generation = 0  # answers to what was asked in an earlier one come too late
        self.is_loading = False  # its history is not complete: there is no rev that it holds
        self._kept: list[Frame] | None = None  # what came while an answer is awaited

    @property
    def is_whole(self) -> bool:
        """Nothing is awaited."""
        return self._kept is None

    def reconnected(self) -> Need | None:
        """What was awaited will not come any more; the rev named in `hello` brings it, if one was held."""
        self.generation += 1
        self._kept = None
        return self._forget() if self.is_loading else None

    def apply(self, event: Frame) -> Need | None:
        """Takes an event of this room; says what has to be asked for."""
        if event["type"] == "reset":
            self._log.resets += 1
            return self._forget()
        if self._kept is not None:
            self._kept.append(event)
            return None
        if event["type"] == "sync":
            return self._apply_sync(event)
        return self._apply_change(event)

    def synced(self, reply: Frame) -> Need | None:
        """Takes the answer to `sync`."""
        kept, self._kept = self._kept or [], None
        return self._apply_sync(reply) or self._apply_all(kept)

    def loaded(self) -> Need | None:
        """The last page of `history` was taken."""
        self.is_loading = False
        kept, self._kept = self._kept or [], None
        return self._apply_all(kept)

    def load_page(self, page: Frame, before: int | None) -> int | None:
        """Takes a page, the newest first; the seq that the next one must end before, if one is wanted."""
        if before is None:
            self.state.rev = page["rev"]
        self._put(page["messages"])
        oldest = min((message["seq"] for message in page["messages"]), default=0)
        return oldest if oldest > self.state.base + 1 else None

    def _forget(self) -> Need:
        self.generation += 1
        self.is_loading = True
        self.state.messages.clear()
        return self._ask("history")

    def _apply_all(self, events: list[Frame]) -> Need | None:
        for number, event in enumerate(events):
            if need := self.apply(event):
                for later in events[number + 1 :]:
                    self.apply(later)
                return need
        return None

    def _apply_sync(self, sync: Frame) -> Need | None:
        if sync["rev"] <= self.state.rev:
            return None
        if sync["since"] > self.state.rev:
            return self._miss(f"a sync from {sync['since']}")
        self._log.repairs += 1
        self.state.rev = sync["rev"]
        self._put(sync["messages"])
        return self._ask("sync") if sync["more"] else None

    def _apply_change(self, event: Frame) -> Need | None:
        rev = event["message"]["rev"] if event["type"] == "message" else event["rev"]
        if rev <= self.state.rev:
            return None
        if rev > self.state.rev + 1:
            return self._miss(f"rev {rev}")
        self.state.rev = rev
        if event["type"] == "message":
            self._check_place(event["message"]["seq"])
            self._put([event["message"]])
        return None

    def _miss(self, told: str) -> Need:
        self._log.complain(f"room {self.room}: told {told}, holding {self.state.rev}")
        return self._ask("sync")

    def _ask(self, need: Need) -> Need:
        self._kept = []
        return need

    def _check_place(self, seq: int) -> None:
        if seq not in self.state.messages and seq < max(self.state.messages, default=0):
            self._log.complain(f"room {self.room}: told of {seq} after later ones")

    def _put(self, messages: Iterable[Frame]) -> None:
        for message in messages:
            seq = message["seq"]
            held = self.state.messages.get(seq)
            if held is not None and held.client_id != message["client_id"]:
                self._log.complain(f"room {self.room}: {seq} is now another message")
            if seq > self.state.base and (held is None or held.rev < message["rev"]):
                self.state.messages[seq] = Seen(
                    message["rev"],
                    message["author"],
                    message["client_id"],
                    message["body"],
                    message["at"],
                )
