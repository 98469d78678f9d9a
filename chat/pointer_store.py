"""The transaction that moves read pointers, for many members of many rooms at once.

A pointer is a member's own: moving it changes nothing that others see, so it takes no rev of the room, whose
row is not locked. It takes the next rev of its user: that is how their other tabs and devices learn of it,
also where nothing was published.

Locks: memberships by room, then user (as the writer takes them), then users by id. Under them the pointers
are read, so what is decided here is not overtaken by a message that moves its author's pointer.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction

from . import message_sql as sql
from . import queries
from .errors import BadRequest, ChatError
from .models import Room
from .permissions import outsider_refusal
from .protocol.codec import encode
from .user_feeds import UserChange
from .user_revs import next_user_revs

Place = tuple[int, int]  # room, user


@dataclass(frozen=True, slots=True)
class Move:
    """`user_id` has read up to `seq`; with `back` no further than that."""

    user_id: int
    room_id: int
    seq: int
    back: bool = False


def move_all(moves: Sequence[Move]) -> tuple[list[ChatError | None], list[UserChange]]:
    """Moves what may be moved, in the order given; what each is refused with, and what is to be told.

    A fixed number of statements, however many moves.
    """
    with transaction.atomic():
        held = sql.lock_pointers({(move.room_id, move.user_id) for move in moves})
        kinds = _kinds_of_others(moves, held)
        reached = {place: pointer.read_seq for place, pointer in held.items()}
        outcomes = [_move(one, held, reached, kinds) for one in moves]
        moved = {place: seq for place, seq in reached.items() if seq != held[place].read_seq}
        if not moved:
            return outcomes, []
        sql.move_pointers([(held[place].id, seq) for place, seq in moved.items()])
        return outcomes, _changes(moved)


def _kinds_of_others(moves: Sequence[Move], held: Mapping[Place, sql.Pointer]) -> Mapping[int, str]:
    """Of the rooms that somebody named who is not in them; no query where there are none."""
    missed = {move.room_id for move in moves if (move.room_id, move.user_id) not in held}
    if not missed:
        return {}
    return dict(Room.objects.filter(pk__in=missed).values_list("pk", "kind"))


def _move(
    move: Move,
    held: Mapping[Place, sql.Pointer],
    reached: dict[Place, int],
    kinds: Mapping[int, str],
) -> ChatError | None:
    place = (move.room_id, move.user_id)
    if place not in held:
        return outsider_refusal(kinds.get(move.room_id))
    if move.seq > held[place].last_seq:
        return BadRequest("There is no such message yet.")
    reached[place] = move.seq if move.back else max(reached[place], move.seq)
    return None


def _changes(moved: Mapping[Place, int]) -> list[UserChange]:
    """Takes each user's next rev, and reads how they stand in the rooms now."""
    rooms: dict[int, set[int]] = defaultdict(set)
    for room_id, user_id in moved:
        rooms[user_id].add(room_id)
    revs = next_user_revs(rooms)
    told = queries.own_rooms(list(rooms.items()))
    return [
        UserChange(
            user_id,
            revs[user_id],
            tuple(sorted(room_ids)),
            {room_id: encode(event) for room_id, event in found.items()},
        )
        for (user_id, room_ids), found in zip(rooms.items(), told, strict=True)
    ]
