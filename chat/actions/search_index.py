"""The whole index, held against the messages and made right where it is not.

Room by room and a few messages at a time, each time under the room's lock, so that nobody changes a message
between being read and being indexed, and nobody waits long. What is right already is left alone: a run that
was interrupted is gone on with by running again, and a second run writes nothing.
"""

from collections.abc import Iterator

from django.db import transaction
from django.db.models import Exists, OuterRef

from chat import search_index
from chat.actions.pacing import Pace
from chat.models import Message, Room, SearchEntry

BATCH = 100


def is_missing() -> bool:
    """Whether there are messages and no index at all, as after an update from before there was one."""
    return (
        not SearchEntry.objects.exists()
        and Message.objects.filter(deleted_at=None, kind="text").exists()
    )


def rebuild() -> Iterator[tuple[int, int]]:
    """Does it; for each batch, how many messages were looked at and how many entries were wrong."""
    for room_id in Room.objects.order_by("pk").values_list("pk", flat=True):
        after = 0
        while seqs := _batch(room_id, after):
            yield len(seqs), _mend(room_id, seqs)
            after = seqs[-1]
    yield 0, _drop_orphans()


def forget_deleted() -> Iterator[int]:
    """Has the words of what was deleted go from the disk, too, a little at a time; a 0 for each time."""
    return _merge(from_all=True)


def merge_leftovers() -> Iterator[int]:
    """Of what senders wrote to the index. A search looks into each part of it, for each word in each room."""
    return _merge(from_all=False)


def _merge(*, from_all: bool) -> Iterator[int]:
    pace = Pace()
    while True:
        with pace.batch() as pages, transaction.atomic():
            pace.begin_to_hold()
            is_over = not search_index.merge(pages, from_all=from_all)
        yield 0
        if is_over:
            return
        from_all = False


def _batch(room_id: int, after: int) -> list[int]:
    rows = Message.objects.filter(room=room_id, seq__gt=after).order_by("seq")
    return list(rows.values_list("seq", flat=True)[:BATCH])


@transaction.atomic
def _mend(room_id: int, seqs: list[int]) -> int:
    Room.objects.select_for_update(no_key=True).filter(pk=room_id).first()
    rows = list(Message.objects.filter(room=room_id, seq__range=(seqs[0], seqs[-1])))
    held = search_index.read([row.pk for row in rows])
    wrong = {
        pk: entry
        for pk, entry in search_index.entries(rows).items()
        if held.get(pk) != (None if entry is None else set(entry.split()))
    }
    search_index.write(wrong)
    return len(wrong)


def _drop_orphans() -> int:
    """Entries of messages that are no more."""
    dropped = 0
    while True:
        message = Message.objects.filter(pk=OuterRef("pk"))
        ids = list(
            SearchEntry.objects.filter(~Exists(message)).values_list("pk", flat=True)[:BATCH]
        )
        if not ids:
            return dropped
        with transaction.atomic():
            search_index.write(dict.fromkeys(ids))
        dropped += len(ids)
