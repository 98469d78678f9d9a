"""The search index against the messages: each is found by what it says, and by nothing else."""

from collections.abc import Iterator
from itertools import islice

from django.db.models import Exists, OuterRef

from chat import search_index
from chat.models import Message, SearchEntry

from .finding import Finding
from .pages import Tick, ignore, walk
from .room_state import RoomState

BATCH = 500


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
    message = Message.objects.filter(pk=OuterRef("pk"))
    orphans = SearchEntry.objects.filter(~Exists(message)).values_list("message", "pk")
    for _, pk in walk(orphans, "message", 0, ignore):
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
