"""From the newest message back through the index, span by span, until a page is full.

Ids are handed out in the order in which messages are stored, so "newer" is "higher". A span begins small
where a database has to gather all that it holds (`search_index.spans`), and grows as long as little is
found: frequent words are found in the first one, rare ones after a few that each cost next to nothing. So no
lookup is dearer than its span, and no search longer than SECONDS: then the answer is what was found so far,
and where to go on.
"""

import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from heapq import merge
from itertools import chain, islice, repeat

from chat import search_index
from chat.models import Message
from chat.search_index import Groups
from chat.search_index.words import atoms, find, phrase_terms, spaced, spaced_phrase

from .asked import Asked
from .moments import first_id_at
from .places import Place

SECONDS = 0.25
ROOMS = 1_000  # in one lookup
# Messages that are read at a time. Of a phrase the index knows the words alone, so most are proposed in vain.
BATCH, SIFTED = 40, 320
# A look-up by all the pairs of a long line of glyphs tells no more than by some.
MAX_GROUPS = 12
MAX_MARKS = 32
MAX_PLACES = 1_000  # of one phrase in one text
# Clocks of several machines differ: so much earlier or later may a message say that it is than its id does.
SKEW = timedelta(hours=1)

Mark = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Hit:
    """A message that was found; `marks` are where, in code points of its body."""

    message: Message
    marks: list[Mark]


@dataclass(slots=True)
class Walk:
    """One search in `rooms`; `people` are the authors that are meant, `unheard` those that never are."""

    asked: Asked
    rooms: dict[int, Place]
    people: Sequence[int]
    unheard: Collection[int]
    _deadline: float = field(init=False)
    _lines: list[str] = field(init=False)

    def __post_init__(self) -> None:
        self._deadline = time.monotonic() + SECONDS
        loose = [phrase for phrase in self.asked.phrases if len(phrase_terms(phrase)) > 1]
        self._lines = [spaced_phrase(phrase) for phrase in loose]

    def page(self, size: int, before: int | None) -> tuple[list[Hit], int | None]:
        """So many hits from below the id `before`, and below which id there may be more."""
        hits: list[Hit] = []
        for place, found in self._steps(before):
            hits += found
            if len(hits) > size:
                return hits[:size], hits[size - 1].message.pk
            if self._is_time_up():
                return hits, place
        return hits, None

    def _steps(self, before: int | None) -> Iterator[tuple[int, list[Hit]]]:
        """What is found, message by message, and down to which id all has been looked at then."""
        low, high, newest = self._bounds(before)
        spans = search_index.spans()
        groups = self._groups()
        for size in chain(spans, repeat(spans[-1])):
            if low >= high or not self.rooms:
                return
            bottom = max(low, (high - size // 2) // size * size)
            for ids in self._look_ups(groups, range(bottom, high), newest):
                yield from self._hits(ids)
            yield bottom, []
            high = bottom

    def _look_ups(self, groups: Groups, span: range, newest: int) -> Iterator[Sequence[int]]:
        """All that is proposed in a span, some at a time."""
        batch = SIFTED if self._lines else BATCH
        rooms = list(self.rooms)
        parts = [rooms[at : at + ROOMS] for at in range(0, len(rooms), ROOMS)]
        ids = merge(
            *(search_index.look_up(part, groups, span, newest) for part in parts), reverse=True
        )
        while some := list(islice(ids, batch)):
            yield some

    def _groups(self) -> list[list[str]]:
        terms = dict.fromkeys(
            term for phrase in self.asked.phrases for term in phrase_terms(phrase)
        )
        words = [[f".{term}"] for term in list(terms)[:MAX_GROUPS]]
        people = [[f"@{user_id}" for user_id in dict.fromkeys(self.people)]] if self.people else []
        return words + people + [[f"+{trait}"] for trait in dict.fromkeys(self.asked.traits)]

    # ---- reading what is proposed

    def _hits(self, ids: Sequence[int]) -> Iterator[tuple[int, list[Hit]]]:
        """One by one: to look for many words in a long text takes a while."""
        left, place = self._sifted(ids) if self._lines else (ids, ids[-1])
        for at in range(0, len(left), BATCH):
            some = left[at : at + BATCH]
            for row in Message.objects.filter(pk__in=some, deleted_at__isnull=True).order_by("-pk"):
                marks = self._marks(row) if self._is_meant(row) else None
                yield row.pk, [] if marks is None else [Hit(row, marks)]
        yield place, []

    def _sifted(self, ids: Sequence[int]) -> tuple[list[int], int]:
        """Those of the messages that may hold the phrases, and down to which there was time to look."""
        left: list[int] = []
        for pk, body in search_index.bodies(ids):
            said = spaced(body)
            if all(line in said for line in self._lines):
                left.append(pk)
            if self._is_time_up():
                return left, pk
        return left, ids[-1]

    def _is_meant(self, row: Message) -> bool:
        room = self.rooms.get(row.room_id)
        return (
            room is not None
            and room.first_seq <= row.seq <= room.last_seq  # as they were when it was the reader's
            and row.author_id not in self.unheard
            and (self.asked.after is None or row.at >= self.asked.after)
            and (self.asked.before is None or row.at < self.asked.before)
        )

    def _marks(self, row: Message) -> list[Mark] | None:
        """Where the phrases are; None where one of them is not."""
        said = atoms(row.body)
        found: list[Mark] = []
        for phrase in self.asked.phrases:
            places = list(islice(find(phrase, said), MAX_PLACES))
            if not places:
                return None
            found += places
        return _merged(found)[:MAX_MARKS]

    def _is_time_up(self) -> bool:
        return time.monotonic() > self._deadline

    # ---- between which ids

    def _bounds(self, before: int | None) -> tuple[int, int, int]:
        newest = Message.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        high = newest + 1 if before is None else min(before, newest + 1)
        low = 1
        if self.asked.after is not None:
            low = first_id_at(self.asked.after - SKEW, newest)
        if self.asked.before is not None:
            high = min(high, first_id_at(self.asked.before + SKEW, newest))
        return low, high, newest


def _merged(marks: list[Mark]) -> list[Mark]:
    """In order, and where they touch or overlap, one."""
    merged: list[Mark] = []
    for start, end in sorted(marks):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
