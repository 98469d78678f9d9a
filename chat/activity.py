"""What goes on: how much is said, and where, in a few statements that no number of messages makes slow.

No index knows when messages were sent. But their ids grow with time, but for moments, and hardly any is
missing: so the first message of an hour is looked for among the ids, for all hours asked for at once,
and how many were sent in one is the difference between two ids. A million messages take seven statements.
"""

from bisect import bisect_left
from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from json import dumps
from typing import NamedTuple

from django.db import connection
from django.db.models import Count

from .models import Message, Room

PARTS = 16  # into which a search cuts what is left, each time
LATEST = 5_000  # messages, among which busy rooms are looked for

# The first message at or after each id of a list, whether or not there is one of that id itself.
_FROM_SQLITE = """
SELECT id, at FROM chat_message WHERE id IN (
    SELECT (SELECT MIN(id) FROM chat_message WHERE id >= probe.value) FROM json_each(%s) probe
)"""
_FROM_POSTGRESQL = """
SELECT id, at FROM chat_message WHERE id IN (
    SELECT (SELECT MIN(id) FROM chat_message WHERE id >= probe.value::bigint)
    FROM jsonb_array_elements_text(%s::jsonb) AS probe(value)
)"""


class Found(NamedTuple):
    """Messages, in the order of their ids."""

    ids: list[int]
    times: list[datetime]


class Busy(NamedTuple):
    room: Room
    messages: int


def sent_between(moments: Sequence[datetime]) -> list[int]:
    """How many messages were sent from each moment to the next. The moments ascend."""
    return [max(0, after - before) for before, after in pairwise(_first_ids(moments))]


def busiest_rooms(since: datetime, most: int) -> list[Busy]:
    """Where most was said since then, as far as the latest messages tell. What is said in direct rooms is
    nobody's business."""
    last = Message.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    counted = (
        Message.objects.filter(pk__gt=last - LATEST, at__gte=since)
        .exclude(room__kind=Room.Kind.DIRECT)
        .order_by()
        .values_list("room")
        .annotate(messages=Count("pk"))
        .order_by("-messages", "room")[:most]
    )
    numbers = dict(counted)
    rooms = Room.objects.in_bulk(numbers)
    return [Busy(rooms[room_id], number) for room_id, number in numbers.items()]


def _first_ids(moments: Sequence[datetime]) -> list[int]:
    """Of each moment the first id at or after it, or the one that the next message may get."""
    ids = Message.objects.order_by("pk").values_list("pk", flat=True)
    first, end = ids.first() or 1, (ids.last() or 0) + 1
    spans = [(first, end)] * len(moments)
    while probes := {probe for low, high in spans for probe in _probes(low, high)}:
        found = _found_from(sorted(probes))
        spans = [
            _narrowed(low, high, moment, found)
            for (low, high), moment in zip(spans, moments, strict=True)
        ]
    return [low for low, _ in spans]


def _probes(low: int, high: int) -> range:
    return range(low, high, -(-(high - low) // PARTS) or 1)


def _found_from(probes: list[int]) -> Found:
    """The messages that come first at or after these ids."""
    sql = _FROM_POSTGRESQL if connection.vendor == "postgresql" else _FROM_SQLITE
    rows = sorted((row.pk, row.at) for row in Message.objects.raw(sql, [dumps(probes)]))
    return Found([id_ for id_, _ in rows], [at for _, at in rows])


def _narrowed(low: int, high: int, moment: datetime, found: Found) -> tuple[int, int]:
    """What is left of where the moment's first id may be. The first found is the first there is."""
    begin, end = bisect_left(found.ids, low), bisect_left(found.ids, high)
    at = bisect_left(found.times, moment, begin, end)
    after = found.ids[at] if at < end else high
    return (found.ids[at - 1] + 1, after) if at > begin else (after, after)
