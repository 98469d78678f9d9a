"""What the hub is given to tell, for tests of the verbs: their events as a client would read them."""

import json
from collections.abc import Sequence

from chat.feeds import Change
from tests.client import Frame


class Told:
    def __init__(self) -> None:
        self.changes: list[Change] = []
        self._revs: dict[int, int] = {}

    def publish(self, room_id: int, changes: Sequence[Change]) -> None:
        """Takes the hub's place. Of one room each event must have the next rev, and be labelled with it."""
        for change in changes:
            event = json.loads(change.payload)
            assert event.get("rev", event.get("message", {}).get("rev")) == change.rev
            assert change.rev == self._revs.get(room_id, change.rev - 1) + 1
            self._revs[room_id] = change.rev
            self.changes.append(change)

    @property
    def events(self) -> list[Frame]:
        return [json.loads(change.payload) for change in self.changes]

    @property
    def types(self) -> list[str]:
        return [event["type"] for event in self.events]

    @property
    def members(self) -> list[tuple[int, str | None] | None]:
        """Whose role each of the changes changed, and to what."""
        return [change.member for change in self.changes]

    def only(self) -> Frame:
        """The one event there was."""
        (event,) = self.events
        return event
