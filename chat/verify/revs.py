"""A room's revs: whatever row took one, no other row has it.

Where one is shared, messages and memberships are walked side by side in the order of their revs, so equal
ones meet.
"""

import heapq
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from chat.models import Membership, Message

from .finding import BEYOND_REPAIR, Finding
from .pages import Tick, walk
from .plans import select
from .room_state import RoomState

# CROSS JOIN keeps SQLite from beginning with the messages.
_SHARED = (
    """
    SELECT room_id FROM chat_membership WHERE room_id BETWEEN %s AND %s
    GROUP BY room_id, rev HAVING count(*) > 1
    """,
    """
    SELECT member.room_id FROM chat_membership AS member CROSS JOIN chat_message AS message
    WHERE message.room_id = member.room_id AND message.rev = member.rev
    AND member.room_id BETWEEN %s AND %s
    """,
    """
    SELECT room.id FROM chat_room AS room CROSS JOIN chat_message AS message
    WHERE message.room_id = room.id AND message.rev = room.meta_rev
    AND room.meta_rev > 0 AND room.id BETWEEN %s AND %s
    """,
    """
    SELECT room.id FROM chat_room AS room CROSS JOIN chat_membership AS member
    WHERE member.room_id = room.id AND member.rev = room.meta_rev
    AND room.meta_rev > 0 AND room.id BETWEEN %s AND %s
    """,
)


class _Holder(NamedTuple):
    rev: int
    table: str
    pk: int


def odd(rooms: Sequence[RoomState]) -> set[int]:
    """Those of the rooms, given in the order of their ids, in which a membership or the room shares a rev;
    whether two messages do, `doubles` tells."""
    span = [rooms[0].id, rooms[-1].id]
    return {room_id for statement in _SHARED for (room_id,) in select(statement, span)}


def check(room: RoomState, tick: Tick) -> Iterator[Finding]:
    """`tick` gets each message and membership once."""
    previous: _Holder | None = None
    for holder in _holders(room, tick):
        if previous is not None and holder.rev == previous.rev:
            detail = f"rev {holder.rev} is that of {_name(previous)} and of {_name(holder)}"
            yield Finding("rev", f"{detail}; {BEYOND_REPAIR}", room.id)
        previous = holder


def _holders(room: RoomState, tick: Tick) -> Iterator[_Holder]:
    """Ascending. What changes meanwhile goes above the bound, so the walk ends."""
    span = {"room": room.id, "rev__lte": room.highest_rev}
    messages = Message.objects.filter(**span).values_list("rev", "pk")
    memberships = Membership.objects.filter(**span).values_list("rev", "pk")
    return heapq.merge(
        [_Holder(room.meta_rev, "room", room.id)] if room.meta_rev else [],
        (_Holder(rev, "membership", pk) for rev, pk in walk(memberships, "rev", 0, tick)),
        (_Holder(rev, "message", pk) for rev, pk in walk(messages, "rev", 0, tick)),
    )


def _name(holder: _Holder) -> str:
    """As an operator would look it up."""
    if holder.table == "message":
        seqs = Message.objects.filter(pk=holder.pk).values_list("seq", flat=True)
        return f"message {seqs.first()}"
    if holder.table == "membership":
        users = Membership.objects.filter(pk=holder.pk).values_list("user_id", flat=True)
        return f"the membership of user {users.first()}"
    return "the room itself"
