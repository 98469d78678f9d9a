"""What returning clients missed, from the revs they hold to now; for many that come back at once.

After a restart a thousand clients lack the same few messages of the same rooms. What is told depends on the
room and the two revs alone, so it is read and encoded once for all who hold the same rev: in this batch, and
in those that follow as long as nothing changes in the room, whose rev each batch reads anew.

Who is told it depends on the reader. They come with rooms that were read through their memberships just
before; a room that was left since names the reader among its `members`. What one client gets stays within
MAX_ROOMS and MAX_SYNC_BYTES, whoever it is read with.
"""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from . import payloads
from .changes import Span, reset, sizes_of, told_of
from .feeds import CatchUp
from .frames import Frame
from .models import Membership, Room
from .protocol.fields import Ending, Standing, is_ending
from .protocol.limits import MAX_SYNC_BYTES

MAX_ROOMS = 200  # in one query; SQLite takes no condition of a thousand parts
MAX_SHARED_BYTES = 4 * 1024 * 1024
SHARED_SECONDS = 2.0
NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Want:
    """A returning client: the rev it holds of each room that is behind, below 0 where that means nothing."""

    reader_id: int
    epoch: str
    held: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Missed:
    """A part of what was missed in a room: one frame for all who held the same rev."""

    room_id: int
    rev: int
    frame: Frame
    members: tuple[tuple[int, Standing], ...] = ()

    def ending_of(self, user_id: int) -> Ending | None:
        """How this user ceased to be in the room, where this part tells of it."""
        for member_id, standing in self.members:
            if member_id == user_id and is_ending(standing):
                return standing
        return None


@dataclass(frozen=True, slots=True)
class _Told:
    size: int  # as it was estimated
    parts: list[Missed]


class Shared:
    """What was told, for the next who lack the same, within SHARED_SECONDS.

    It goes by numbers that mean something in one epoch only. Bound: MAX_SHARED_BYTES between two batches.
    """

    def __init__(self) -> None:
        self._told: dict[Span, _Told] = {}
        self._epochs: set[str] = set()
        self._ends_at = 0.0

    def of(self, epochs: set[str]) -> dict[Span, _Told]:
        if epochs != self._epochs or time.monotonic() > self._ends_at:
            self._told = {}
            self._epochs = epochs
            self._ends_at = time.monotonic() + SHARED_SECONDS
        return self._told

    def end_batch(self) -> None:
        """A frame keeps its bytes about twice: as they were encoded, and as they are sent."""
        parts = (part for told in self._told.values() for part in told.parts)
        if 2 * sum(len(part.frame.payload) for part in parts) > MAX_SHARED_BYTES:
            self._told = {}


def resume_all(wants: Sequence[Want], shared: Shared) -> list[list[Missed]]:
    """Each client's syncs and resets, in the order asked.

    A rev that was never given out, or a lag that is more than MAX_SYNC_CHANGES or does not fit into
    MAX_SYNC_BYTES, starts anew, as do those beyond the MAX_ROOMS that were last talked in.
    """
    told = shared.of({want.epoch for want in wants})
    rooms = Room.objects.in_bulk({room_id for want in wants for room_id in want.held})
    behind = [_spans(want, rooms) for want in wants]
    newest = [_newest(spans) for spans in behind]
    sizes = {span: told[span].size for span in told} | _sizes(_all(newest) - told.keys())
    chosen = [_fitting(spans, sizes) for spans in newest]
    for portion in _portions(_all(chosen) - told.keys(), sizes):
        parts = told_of(portion)
        told |= {span: _Told(sizes[span], _parts(span, parts[span.room.pk])) for span in portion}
    anew = [_without(spans, fits) for spans, fits in zip(behind, chosen, strict=True)]
    left = _left(wants, anew)
    missed = [
        _tell(fits, told) + [_start_anew(span, told, want, left) for span in rest]
        for want, fits, rest in zip(wants, chosen, anew, strict=True)
    ]
    shared.end_batch()
    return missed


def _spans(want: Want, rooms: Mapping[int, Room]) -> list[Span]:
    spans = [
        Span(rooms[pk], want.held[pk], rooms[pk].last_rev)
        for pk in sorted(want.held.keys() & rooms.keys())
    ]
    return [span for span in spans if span.since != span.until]


def _newest(spans: Iterable[Span]) -> list[Span]:
    short = [span for span in spans if span.since >= 0 and span.is_short]
    short.sort(key=lambda span: span.room.last_message_at or NEVER, reverse=True)
    return short[:MAX_ROOMS]


def _fitting(spans: Iterable[Span], sizes: Mapping[Span, int]) -> list[Span]:
    """Those that are likely to fit into MAX_SYNC_BYTES, before anything large is read."""
    left = MAX_SYNC_BYTES
    chosen = []
    for span in sorted(spans, key=lambda span: sizes[span]):
        left -= sizes[span]
        if left >= 0:
            chosen.append(span)
    return chosen


def _without(spans: Iterable[Span], others: Iterable[Span]) -> list[Span]:
    left_out = set(others)
    return [span for span in spans if span not in left_out]


def _sizes(spans: Iterable[Span]) -> dict[Span, int]:
    sizes: dict[Span, int] = {}
    for portion in _portions(spans, {}):
        found = sizes_of(portion)
        sizes |= {span: found.get(span.room.pk, 0) for span in portion}
    return sizes


def _portions(spans: Iterable[Span], sizes: Mapping[Span, int]) -> Iterator[list[Span]]:
    """As one set of queries reads them: a room once, MAX_ROOMS at most, and about MAX_SYNC_BYTES of rows."""
    waiting = list(spans)
    while waiting:
        portion: dict[int, Span] = {}
        later: list[Span] = []
        left = MAX_SYNC_BYTES
        for span in waiting:
            left -= sizes.get(span, 0)
            is_full = len(portion) == MAX_ROOMS or left < 0
            if portion and (is_full or span.room.pk in portion):
                later.append(span)
            else:
                portion[span.room.pk] = span
        yield list(portion.values())
        waiting = later


def _parts(span: Span, parts: Iterable[CatchUp]) -> list[Missed]:
    return [Missed(span.room.pk, part.rev, Frame(part.payload), part.members) for part in parts]


def _tell(spans: Iterable[Span], told: Mapping[Span, _Told]) -> list[Missed]:
    missed: list[Missed] = []
    spare = MAX_SYNC_BYTES
    for span in spans:
        parts = told[span].parts
        spare -= sum(len(part.frame.payload) for part in parts)
        if spare < 0:
            gone = tuple(member for part in parts for member in part.members)
            parts = _parts(span, [reset(span.room, gone)])
        missed += parts
    return missed


def _left(wants: Iterable[Want], anew: Iterable[Iterable[Span]]) -> dict[tuple[int, int], Standing]:
    """Who had left which room when it was read, and how: its state is not told to them.

    Read after the rooms.
    """
    readers = {want.reader_id for want, spans in zip(wants, anew, strict=True) if spans}
    rooms = {span.room.pk for span in _all(anew)}
    if not rooms:
        return {}
    memberships = Membership.objects.filter(user__in=readers, room__in=rooms, left_at__isnull=False)
    return {(row.user_id, row.room_id): payloads.standing(row) for row in memberships}


def _start_anew(
    span: Span, told: dict[Span, _Told], want: Want, left: Mapping[tuple[int, int], Standing]
) -> Missed:
    """The room's `reset`, the same for all who need it."""
    any_rev = replace(span, since=-1)
    if any_rev not in told:
        told[any_rev] = _Told(0, _parts(span, [reset(span.room)]))
    [missed] = told[any_rev].parts
    if ending := left.get((want.reader_id, span.room.pk)):
        return replace(missed, members=((want.reader_id, ending),))
    return missed


def _all(spans: Iterable[Iterable[Span]]) -> set[Span]:
    return {span for some in spans for span in some}
