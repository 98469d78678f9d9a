"""A room's messages, walked in the order of their numbers."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet

from chat.models import Mention, Message

from .finding import BEYOND_REPAIR, Finding
from .pages import Tick, walk
from .room_state import RoomState, first_seq_now

_TARGET = Message.objects.filter(room=OuterRef("room"), seq=OuterRef("reply_to"))
_MENTIONS = Mention.objects.filter(message=OuterRef("pk"))
_REMAINS = Q(deleted_at__isnull=False) & (
    ~Q(body="") | Q(content__isnull=False) | Q(mention_room=True) | Exists(_MENTIONS)
)
_STRAYS = _MENTIONS.exclude(room=OuterRef("room"), seq=OuterRef("seq"))


class Entry(NamedTuple):
    """What the checks need of a message; its text stays in the database."""

    seq: int
    pk: int
    rev: int
    created_rev: int
    at: datetime
    reply_to: int | None
    has_target: bool
    has_remains: bool
    has_strays: bool

    def dangles(self, first_seq: int) -> bool:
        """Whether the reply is to a message that is not there; below `first_seq` none has to be."""
        if self.reply_to is None:
            return False
        return self.reply_to >= self.seq or (self.reply_to >= first_seq and not self.has_target)


def entries(room_id: int) -> QuerySet[Message, tuple[Any, ...]]:
    """Rows for `Entry`."""
    has_remains = ExpressionWrapper(_REMAINS, BooleanField())
    return (
        Message.objects.filter(room=room_id)
        .annotate(has_target=Exists(_TARGET), has_remains=has_remains, has_strays=Exists(_STRAYS))
        .values_list(*Entry._fields)
    )


def check(room: RoomState, tick: Tick) -> Iterator[Finding]:
    """`tick` gets each message once."""
    covered = entries(room.id).filter(seq__lte=room.highest_seq)
    due = room.first_seq
    previous: Entry | None = None
    for entry in map(Entry._make, walk(covered, "seq", room.first_seq, tick)):
        if entry.seq > due:
            yield from _check_gap(room.id, due, entry.seq - 1)
        due = entry.seq + 1
        if previous is not None:
            yield from _check_order(room.id, previous, entry)
        yield from _check_entry(room.id, entry)
        previous = entry
    yield from _check_gap(room.id, due, room.last_seq)


def _check_gap(room_id: int, first: int, last: int) -> Iterator[Finding]:
    if first > last:
        return
    start = first_seq_now(room_id)
    if start is None or start > last:
        return  # retention passed by
    first = max(first, start)
    detail = (
        f"messages {first} to {last} are missing" if first < last else f"message {first} is missing"
    )
    yield Finding("seq", f"{detail}; {BEYOND_REPAIR}", room_id, first)


def _check_order(room_id: int, previous: Entry, entry: Entry) -> Iterator[Finding]:
    if entry.seq == previous.seq:
        yield Finding("seq", f"message {entry.seq} is doubled; {BEYOND_REPAIR}", room_id, entry.seq)
    if entry.at < previous.at:
        detail = f"message {entry.seq} is of {entry.at}, that before it of {previous.at}"
        yield Finding("at", f"{detail}; {BEYOND_REPAIR}", room_id, entry.seq)
    if entry.created_rev <= previous.created_rev:
        detail = (
            f"message {entry.seq} was created at rev {entry.created_rev},"
            f" that before it at {previous.created_rev}; {BEYOND_REPAIR}"
        )
        yield Finding("created_rev", detail, room_id, entry.seq)


def _check_entry(room_id: int, entry: Entry) -> Iterator[Finding]:
    if entry.created_rev > entry.rev:
        detail = (
            f"message {entry.seq} was created at rev {entry.created_rev},"
            f" after its last change at {entry.rev}; {BEYOND_REPAIR}"
        )
        yield Finding("created_rev", detail, room_id, entry.seq)
    if entry.has_remains:
        detail = f"message {entry.seq} is deleted, but not its text, or not whom it mentioned"
        yield Finding("deleted", detail, room_id, entry.seq, repairable=True)
    if entry.has_strays:
        detail = f"whom message {entry.seq} mentions is counted in another place"
        yield Finding("mentions", detail, room_id, entry.seq, repairable=True)
    if entry.dangles(first_seq=0):
        start = first_seq_now(room_id)
        if start is not None and entry.dangles(start):
            detail = (
                f"message {entry.seq} replies to {entry.reply_to}, which is not there before it"
            )
            yield Finding("reply_to", detail, room_id, entry.seq, repairable=True)
