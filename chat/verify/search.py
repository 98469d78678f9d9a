"""The search index against the messages: each is found by what it says, and by nothing else.

To take a text apart costs more than all other checks of its message together. So of a large site each
examination compares the words of a part of the messages only, another part every day, and says so. A room in
which one is wrong is compared whole. That each message has its entry at all, `timeline` sees to.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from django.db import connection
from django.utils import timezone

from chat import search_index
from chat.models import Message

from .finding import Finding
from .pages import Tick, walk
from .plans import select
from .room_state import RoomState
from .spans import spans

BATCH = 500
ALL_UP_TO = 20_000  # so few are done in a moment
ONE_IN = 100

# The bounds twice: PostgreSQL does not see by itself that they hold for the message too.
_ORPHANS = """
SELECT entry.rowid FROM {entries} AS entry WHERE entry.rowid BETWEEN %s AND %s AND NOT EXISTS (
    SELECT 1 FROM chat_message AS message
    WHERE message.id = entry.rowid AND message.id BETWEEN %s AND %s
)
"""


@dataclass(frozen=True, slots=True)
class Share:
    """One in so many messages: those whose id leaves this remainder."""

    one_in: int
    remainder: int


def share(messages: int, *, is_thorough: bool) -> Share:
    """What to compare of so many; in ONE_IN days each message has its turn."""
    if is_thorough or messages <= ALL_UP_TO:
        return Share(1, 0)
    return Share(ONE_IN, timezone.now().toordinal() % ONE_IN)


def entry_table() -> str:
    """Where a row says that a message has an entry. FTS5's own table takes several times as long to tell."""
    return "chat_searchentry" if connection.vendor == "postgresql" else "chat_searchentry_content"


def odd(ids: Sequence[int], share: Share) -> set[int]:
    """The rooms of those of the messages whose entries are compared, and wrong."""
    compared = (pk for pk in ids if pk % share.one_in == share.remainder)
    found: set[int] = set()
    while batch := list(islice(compared, BATCH)):
        found |= {row.room_id for row in _suspects(batch) if _trouble(row.pk)}
    return found


def check(room: RoomState, tick: Tick) -> Iterator[Finding]:
    """`tick` gets each message once."""
    covered = Message.objects.filter(room=room.id, seq__lte=room.highest_seq)
    walked = walk(covered.values_list("seq", "pk"), "seq", room.first_seq, tick)
    ids = (pk for _, pk in walked)
    while batch := list(islice(ids, BATCH)):
        for row in _suspects(batch):
            if trouble := _trouble(row.pk):
                detail = f"message {row.seq} {trouble}"
                yield Finding("search", detail, room.id, row.seq, repairable=True)


def check_orphans() -> Iterator[Finding]:
    """Entries of messages that are not there."""
    for span in spans(entry_table(), "rowid"):
        for (pk,) in select(_ORPHANS.format(entries=entry_table()), [*span, *span]):
            yield Finding("search", f"entry {pk} is of no message; run `manage.py rebuild_search`")


def _suspects(ids: list[int]) -> list[Message]:
    """Those whose entries are not what they should be, or were changed while they were read."""
    rows = list(Message.objects.filter(pk__in=ids).order_by("seq"))
    held = search_index.read(ids)
    right = search_index.entries(rows)
    return [row for row in rows if _tokens(right[row.pk]) != held.get(row.pk, set())]


def _trouble(pk: int) -> str | None:
    """What is wrong with one. Its `rev` grows with every change: where it is the same before and after its
    entry was read, the two were compared as they stood together."""
    while row := Message.objects.filter(pk=pk).first():
        entry = search_index.entries([row])[pk]
        held = search_index.read([pk]).get(pk)
        if not Message.objects.filter(pk=pk, rev=row.rev).exists():
            continue
        if held is None:
            return "is not in the search index" if entry else None
        if entry is None:
            return "says nothing, but the search index still holds it"
        return "is in the search index under other words" if held != _tokens(entry) else None
    return None


def _tokens(entry: str | None) -> set[str]:
    return set(entry.split()) if entry else set()
