"""How long a room keeps its messages, and the removal of what is older.

Messages go from the low end, rows and all that hangs on them, and `first_seq` moves up in the transaction
that removes them: numbers are never given out again, and to whoever looks the timeline begins later, whole.
The room's row takes a rev for it, so open pages forget what is gone.

The shortest retention is longer than a browser tries to send something: a message's `client_id` is known as
long as its row is there.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile

from django.db.models import Sum
from django.utils.translation import gettext_noop as _

from chat import search_index
from chat.actions.audit import record
from chat.actions.changing import RoomChange, changing
from chat.actions.pacing import Pace
from chat.actions.settling import tell_judges
from chat.actions.uploads import remove_rows
from chat.errors import BadRequest
from chat.message_store import present
from chat.models import Attachment, Membership, Mention, Message, Report, Room
from chat.models.room import MAX_RETENTION_DAYS, MIN_RETENTION_DAYS


@dataclass(frozen=True, slots=True)
class Due:
    """What of a room is older than it keeps."""

    messages: int
    files: int
    bytes: int


def set_retention(room_id: int, days: int | None, *, actor_id: int | None = None) -> None:
    """Has the room keep its messages for so many days, or for ever. Its caller has seen to who may."""
    if days is not None and not MIN_RETENTION_DAYS <= days <= MAX_RETENTION_DAYS:
        raise BadRequest(
            _("A room keeps its messages for %(least)d to %(most)d days, or for ever."),
            least=MIN_RETENTION_DAYS,
            most=MAX_RETENTION_DAYS,
        )
    with changing(room_id) as change:
        before = change.room.retention_days
        if before != days:
            Room.objects.filter(pk=room_id).update(retention_days=days)
            span = {"from": before, "to": days}
            record("room.retention", actor_id=actor_id, room=change.room, details=span)


def due(room: Room) -> Due:
    """What `prune` would remove now. Cheap however large the room is, but for its files."""
    oldest = _oldest_kept(room)
    if oldest is None:
        return Due(0, 0, 0)
    first = _first_kept(room, oldest)
    files = Attachment.objects.filter(message__room=room, message__seq__lt=first)
    size = files.aggregate(size=Sum("size"))["size"] or 0
    # Of what an interrupted removal left there may be some below `first_seq`.
    below = Message.objects.filter(room=room, seq__lt=room.first_seq).count()
    return Due(first - room.first_seq + below, files.count(), size)


def prune(room_id: int) -> Iterator[int]:
    """Removes what is older than the room keeps, batch by batch; how many messages went with each."""
    pace = Pace()
    while True:
        with pace.batch() as size:
            removed = _prune_some(room_id, size, pace)
        if not removed:
            return
        yield removed


def _prune_some(room_id: int, limit: int, pace: Pace) -> int:
    with changing(room_id) as change:
        pace.begin_to_hold()
        room, oldest = change.room, _oldest_kept(change.room)
        rows = Message.objects.filter(room=room).order_by("seq")
        found = rows.values_list("pk", "seq", "at", "mention_room")[:limit]
        gone = list(
            takewhile(lambda row: row[1] < room.first_seq or _is_before(row[2], oldest), found)
        )
        if gone:
            ids, last = [pk for pk, *_ in gone], gone[-1][1]
            _tell_mentioned(change, ids)
            _tell_judges(change, ids)
            remove_rows(Attachment.objects.filter(message__in=ids))
            Message.objects.filter(pk__in=ids).delete()  # and with them what hangs on them
            search_index.settle(len(ids))
            if last >= room.first_seq:
                room.first_seq = last + 1
                change.publish_room(recount=any(calls_all for *_, calls_all in gone))
        return len(gone)


def _tell_mentioned(change: RoomChange, ids: list[int]) -> None:
    """Who has not read a message that names them counts one mention less.

    Asked of the few who are named: to gather a large room's unread members takes longer than all the rest.
    """
    named = Mention.objects.filter(message__in=ids).values_list("user_id", flat=True).distinct()
    unread = Membership.objects.active().filter(room=change.room, read_seq__lt=change.room.last_seq)
    change.tell_own_part(unread.filter(user__in=list(named)).values_list("user_id", flat=True))


def _tell_judges(change: RoomChange, ids: list[int]) -> None:
    """What is gone waits for nobody's decision."""
    waiting = Report.objects.filter(message__in=ids, decided_at=None)
    if authors := set(waiting.values_list("message__author", flat=True)):
        tell_judges(change, authors)


def _oldest_kept(room: Room) -> datetime | None:
    days = room.retention_days
    return None if days is None else present() - timedelta(days=days)


def _is_before(at: datetime, moment: datetime | None) -> bool:
    return moment is not None and at < moment


def _first_kept(room: Room, oldest: datetime) -> int:
    """Times never go back along the numbers, so the place is found by halving."""
    low, high = room.first_seq, room.last_seq + 1
    while low < high:
        middle = (low + high) // 2
        rows = Message.objects.filter(room=room, seq__gte=middle).order_by("seq")
        at = rows.values_list("at", flat=True).first()
        if at is not None and at < oldest:
            low = middle + 1
        else:
            high = middle
    return low
