"""A room's messages, walked in the order of their numbers."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet

from chat.models import Mention, Message

from .finding import BEYOND_REPAIR, Finding
from .pages import Tick, walk
from .plans import select
from .room_state import RoomState, first_seq_now
from .search import entry_table
from .spans import spans

_TARGET = Message.objects.filter(room=OuterRef("room"), seq=OuterRef("reply_to"))
_MENTIONS = Mention.objects.filter(message=OuterRef("pk"))
_REMAINS = Q(deleted_at__isnull=False) & (
    ~Q(body="") | Q(content__isnull=False) | Q(mention_room=True) | Exists(_MENTIONS)
)
_STRAYS = _MENTIONS.exclude(room=OuterRef("room"), seq=OuterRef("seq"))

# Whether anything is odd about a message by itself, as `check` would find it, or about its having an entry in
# the search index.
_ALONE = """
message.created_rev > message.rev
OR (entry.rowid IS NULL)
    = (message.kind = 'text' AND message.author_id IS NOT NULL AND message.deleted_at IS NULL)
OR message.deleted_at IS NOT NULL AND (
    message.body <> '' OR message.content IS NOT NULL OR message.mention_room
    OR EXISTS (SELECT 1 FROM chat_mention AS mention WHERE mention.message_id = message.id)
)
OR EXISTS (
    SELECT 1 FROM chat_mention AS mention WHERE mention.message_id = message.id
    AND (mention.room_id <> message.room_id OR mention.seq <> message.seq)
)
OR message.reply_to IS NOT NULL AND (
    message.reply_to >= message.seq
    OR message.reply_to >= room.first_seq AND NOT EXISTS (
        SELECT 1 FROM chat_message AS target
        WHERE target.room_id = message.room_id AND target.seq = message.reply_to
    )
)
"""
# CROSS JOIN keeps SQLite from beginning with the rooms. The entries' bounds are for PostgreSQL, which then
# reads them side by side with the messages.
_JOINED = """
chat_message AS message CROSS JOIN chat_room AS room
LEFT JOIN {entries} AS entry ON entry.rowid = message.id AND entry.rowid BETWEEN %s AND %s
"""
# Whether anything is odd about a message and the one before it, too. SQLite looks that up, for it copies all
# that it windows; PostgreSQL sorts a span in less time and looks up what is not in it.
_JUDGED = {
    "sqlite": """
SELECT message.room_id, message.seq > room.first_seq AND (
    before.id IS NULL OR before.at > message.at OR before.created_rev >= message.created_rev
) OR {alone} AS is_odd
FROM {joined}
LEFT JOIN chat_message AS before ON before.room_id = message.room_id AND before.seq = message.seq - 1
WHERE {span} AND room.id = message.room_id
""",
    "postgresql": """
SELECT room_id, is_odd_alone OR seq > first_seq AND CASE WHEN before_seq = seq - 1
    THEN before_at > at OR before_created_rev >= created_rev
    ELSE NOT EXISTS (
        SELECT 1 FROM chat_message AS before
        WHERE before.room_id = windowed.room_id AND before.seq = windowed.seq - 1
        AND before.at <= windowed.at AND before.created_rev < windowed.created_rev
    )
END AS is_odd FROM (
    SELECT message.room_id, message.seq, message.at, message.created_rev, room.first_seq,
    lag(message.seq) OVER timeline AS before_seq, lag(message.at) OVER timeline AS before_at,
    lag(message.created_rev) OVER timeline AS before_created_rev, ({alone}) AS is_odd_alone
    FROM {joined} WHERE {span} AND room.id = message.room_id
    WINDOW timeline AS (PARTITION BY message.room_id ORDER BY message.seq)
) AS windowed
""",
}
_COUNT = "SELECT count(*), count(CASE WHEN is_odd THEN 1 END) FROM ({judged}) AS judged"
_ROOMS = "SELECT DISTINCT room_id FROM ({judged}) AS judged WHERE is_odd"
# Of a whole site messages are judged in the order in which they lie on the disk, of one room in that of its
# index.
_OF_SITE = "message.id BETWEEN %s AND %s"
_OF_ROOM = "message.seq BETWEEN %s AND %s AND message.room_id = %s"


class Judged(NamedTuple):
    """A span of messages: how many, their ids (some may be nobody's), the rooms of those that are odd."""

    number: int
    ids: Sequence[int]
    odd_rooms: set[int]


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


def judge(room_id: int | None) -> Iterator[Judged]:
    """All messages, or those of the room, a span at a time."""
    if room_id is None:
        for span in spans("chat_message", "id"):
            yield _judge(range(span.first, span.last + 1), _OF_SITE, [*span])
        return
    for span in spans("chat_message", "seq", room_id):
        rows = Message.objects.filter(room=room_id, seq__range=span).values_list("pk", flat=True)
        yield _judge(list(rows), _OF_ROOM, [*span, room_id])


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


def _judge(ids: Sequence[int], span: str, values: list[int]) -> Judged:
    if not ids:
        return Judged(0, ids, set())
    joined = _JOINED.format(entries=entry_table())
    judged = _JUDGED[connection.vendor].format(alone=_ALONE, joined=joined, span=span)
    values = [min(ids), max(ids), *values]
    ((number, odd),) = select(_COUNT.format(judged=judged), values)
    rooms = select(_ROOMS.format(judged=judged), values) if odd else []
    return Judged(number, ids, {room_id for (room_id,) in rooms})


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
