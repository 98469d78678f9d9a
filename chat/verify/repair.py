"""Mends what has one right answer. Numbers that were handed out are never taken back.

Each repair is one short transaction under the lock of the room's row. Clients may hold what it changes, so
it renews the site's epoch: each starts from a snapshot when it next connects. What a room's readers share
takes the room's next revs as well, which tells those who are connected now.
"""

from collections.abc import Collection, Iterable, Iterator
from itertools import islice

from django.db import transaction

from chat.models import Membership, Mention, Message, Room, Site

from . import room_state, timeline
from .finding import Finding
from .timeline import Entry

# As many messages as are changed under one lock.
BATCH = 100


def mend(room_id: int, findings: Iterable[Finding]) -> Iterator[Finding]:
    """Mends what is repairable among the findings, a batch at a time, and yields that."""
    repairable = (finding for finding in findings if finding.repairable)
    while batch := list(islice(repairable, BATCH)):
        seqs = {finding.seq for finding in batch if finding.seq is not None}
        with transaction.atomic():
            _mend(room_id, seqs)
        yield from batch


def _mend(room_id: int, seqs: Collection[int]) -> None:
    room = Room.objects.select_for_update(no_key=True).filter(pk=room_id).first()
    state = room_state.read(room_id)
    if room is None or state is None:
        return
    _mend_counters(room, state)
    _mend_read_pointers(room)
    for entry in map(Entry._make, timeline.entries(room_id).filter(seq__in=seqs).order_by("seq")):
        _mend_message(room, entry)
    room.save(update_fields=["last_seq", "last_rev", "meta_rev", "member_count", "last_message_at"])
    Site.renew_epoch()


def _mend_counters(room: Room, state: room_state.RoomState) -> None:
    before = (room.last_seq, room.last_rev, room.member_count, room.last_message_at)
    room.last_seq, room.last_rev = state.highest_seq, state.highest_rev
    room.member_count = state.members
    if state.newest is not None and state.newest == state.highest_seq:
        room.last_message_at = state.newest_at
    elif not room.last_seq:
        room.last_message_at = None
    if before != (room.last_seq, room.last_rev, room.member_count, room.last_message_at):
        room.meta_rev = _next_rev(room)


def _mend_read_pointers(room: Room) -> None:
    ahead = Membership.objects.filter(room=room, read_seq__gt=room.last_seq)
    ahead.update(read_seq=room.last_seq)


def _mend_message(room: Room, entry: Entry) -> None:
    message = Message.objects.filter(pk=entry.pk)
    if entry.has_remains:
        Mention.objects.filter(message=entry.pk).delete()
        message.update(body="", content=None, mention_room=False, rev=_next_rev(room))
    if entry.has_strays:
        Mention.objects.filter(message=entry.pk).update(room=room, seq=entry.seq)
    if entry.dangles(room.first_seq):
        message.update(reply_to=None, rev=_next_rev(room))


def _next_rev(room: Room) -> int:
    room.last_rev += 1
    return room.last_rev
