"""Numbers that two messages of a room have, counted in the order of the index that should keep them apart: a
constraint may have been dropped, and its index may be damaged."""

from collections.abc import Iterator, Sequence
from typing import Literal

from . import spans
from .plans import select
from .room_state import RoomState

_DOUBLED = (
    "SELECT room_id FROM chat_message WHERE {where} GROUP BY room_id, {column} HAVING count(*) > 1"
)


def odd(rooms: Sequence[RoomState], column: Literal["seq", "rev"]) -> set[int]:
    """Those of the rooms, given in the order of their ids, in which there are any."""
    return {room_id for group in _groups(rooms) for room_id in _odd(group, column)}


def _groups(rooms: Sequence[RoomState]) -> Iterator[list[RoomState]]:
    """Small rooms, a span of them at a time, and each large one alone."""
    some: list[RoomState] = []
    number = 0
    for room in rooms:
        if some and number + room.messages > spans.SPAN:
            yield some
            some, number = [], 0
        some.append(room)
        number += room.messages
    if some:
        yield some


def _odd(group: Sequence[RoomState], column: str) -> Iterator[int]:
    first, last = group[0], group[-1]
    if len(group) > 1 or first.messages <= spans.SPAN:
        where = "room_id BETWEEN %s AND %s"
        rows = select(_DOUBLED.format(where=where, column=column), [first.id, last.id])
        yield from (room_id for (room_id,) in rows)
        return
    where = f"room_id = %s AND {column} BETWEEN %s AND %s"
    for span in spans.spans("chat_message", column, first.id):
        if select(_DOUBLED.format(where=where, column=column), [first.id, *span]):
            yield first.id
            return
