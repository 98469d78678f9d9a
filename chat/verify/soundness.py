"""Which rooms are sound, found out by statements that each judge thousands of messages.

They say of a room no more than whether anything is odd. If so, the checks walk it row by row, to find what it
is, or that it came to be while they looked. So what is called sound has to be what the checks would find
nothing in; in `timeline`, `revs`, `members` and `search` the two stand side by side.
"""

from collections.abc import Iterator, Sequence

from . import counters, doubles, members, revs, room_state, search, timeline
from .room_state import RoomState
from .search import Share
from .timeline import Judged


def odd_rooms(ids: Sequence[int]) -> set[int]:
    """Those of the rooms, given in the order of their ids, of which something beside messages is odd."""
    rooms = room_state.read_span(ids[0], ids[-1])
    found = {*members.odd(rooms), *revs.odd(rooms)}
    found |= doubles.odd(rooms, "seq") | doubles.odd(rooms, "rev")
    return found.union(room.id for room in rooms if not _agrees(room))


def judge(room_id: int | None, share: Share) -> Iterator[Judged]:
    """The messages of the room, or of all. Asked after `odd_rooms`: the last that a room said it has is among
    them."""
    for judged in timeline.judge(room_id):
        judged.odd_rooms.update(search.odd(judged.ids, share))
        yield judged


def _agrees(room: RoomState) -> bool:
    """Whether the room's row and its first and last message say the same. Whether those in between are there
    shows when they are judged: each but the first has one before it."""
    ends = (room.first_seq, room.last_seq) if room.messages else (None, None)
    return (room.oldest, room.newest) == ends and not any(counters.check(room))
