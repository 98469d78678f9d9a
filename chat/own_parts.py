"""How people stand in their rooms, beside what all there share: no feed of a room tells it, their own do."""

from collections.abc import Collection
from typing import Protocol

from django.utils import timezone

from . import payloads
from .message_sql import read_sanctions
from .mutes import mute_in
from .protocol.shapes import OwnRoom, Room
from .reported import told_to, waiting_for


class Part(payloads.Own, Protocol):
    """A membership `with_mentions`, or what of one was read."""

    user_id: int
    room_id: int


class OwnParts:
    """What is read for many at once: who is muted, and what waits for whom to decide."""

    def __init__(self, parts: Collection[Part]) -> None:
        self._sanctions = read_sanctions({part.user_id for part in parts}, timezone.now())
        self._waiting = waiting_for(parts)

    def in_room(self, room: Room, part: Part, people: list[int] | None) -> OwnRoom:
        """The room as that member sees it; `people` are those of a direct room."""
        return payloads.with_own_part(
            room,
            part,
            people=people,
            mute=mute_in(self._sanctions, part.user_id, part.room_id),
            reports=told_to(part, self._waiting),
        )
