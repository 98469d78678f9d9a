"""A room's revs: whatever row took one, no other row has it.

Messages and memberships are walked side by side in the order of their revs, so equal ones meet.
"""

import heapq
from collections.abc import Iterator
from typing import NamedTuple

from chat.models import Membership, Message

from .finding import BEYOND_REPAIR, Finding
from .pages import Tick, walk
from .room_state import RoomState


class _Holder(NamedTuple):
    rev: int
    table: str
    pk: int


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
