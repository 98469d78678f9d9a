"""Erasing a person: what they said and hung on messages goes, its places in the timelines stay.

First the account is closed, so nothing is added any more; then everything is taken away a few rows at a time,
each time under one room's lock; the person goes last, so that a run that was interrupted is gone on with by
running it again under the same name. Of others' messages nothing is changed but reactions: who was mentioned
in one is an account without a person from then on.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass

from django.db import transaction
from django.db.models import QuerySet

from accounts.erasure import anonymise, is_erased
from accounts.models import User
from chat.actions.accounts import deactivate
from chat.actions.audit import record
from chat.actions.changing import RoomChange, changing
from chat.actions.members import expel, hand_on
from chat.actions.messages import empty_messages
from chat.actions.pacing import Pace
from chat.actions.reactions import take_out
from chat.actions.search_index import forget_deleted
from chat.actions.uploads import PRUNED_AT_ONCE, remove_rows
from chat.models import Attachment, Membership, Message, Reaction, Report, Room
from chat.permissions import is_member


@dataclass(frozen=True, slots=True)
class Belongings:
    """What of a person's is still there."""

    messages: int
    reactions: int
    rooms: int
    files: int

    @property
    def counts(self) -> dict[str, int]:
        return asdict(self)

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def belongings(user_id: int) -> Belongings:
    return Belongings(
        messages=_said(user_id).count(),
        reactions=Reaction.objects.filter(user=user_id).count(),
        rooms=_rooms(user_id).count(),
        files=Attachment.objects.filter(uploader=user_id).count(),
    )


def erase(user_id: int) -> Iterator[int]:
    """Does it; how many rows each step was about. Its caller has seen to who may."""
    user, had = User.objects.get(pk=user_id), belongings(user_id)
    deactivate(user_id)
    yield from _empty_messages(user_id)
    yield from _take_back_reactions(user_id)
    yield from _leave_rooms(user_id)
    yield from _remove_uploads(user_id)
    yield from _forget_drafts(user_id)
    yield from forget_deleted()
    if not is_erased(user):
        _close(user_id, had)


def _said(user_id: int) -> QuerySet[Message]:
    return Message.objects.filter(author=user_id, deleted_at=None)


def _rooms(user_id: int) -> QuerySet[Membership]:
    """A direct conversation cannot be left; it is that of a set of people for ever."""
    rooms = Membership.objects.active().filter(user=user_id)
    return rooms.exclude(room__kind=Room.Kind.DIRECT)


def _empty_messages(user_id: int) -> Iterator[int]:
    def empty(change: RoomChange, ids: list[int]) -> None:
        rows = _said(user_id).filter(pk__in=ids).order_by("seq")
        empty_messages(change, list(rows), by=user_id)

    return _in_batches(_said(user_id).order_by("pk").values_list("room_id", "pk"), empty)


def _take_back_reactions(user_id: int) -> Iterator[int]:
    theirs = Reaction.objects.filter(user=user_id).order_by("pk")

    def take_back(change: RoomChange, ids: list[int]) -> None:
        reactions = list(theirs.filter(pk__in=ids).select_related("message"))
        for reaction in reactions:
            take_out(reaction)
        change.change_messages(list({one.message_id: one.message for one in reactions}.values()))

    return _in_batches(theirs.values_list("message__room_id", "pk"), take_back)


def _leave_rooms(user_id: int) -> Iterator[int]:
    for room_id in list(_rooms(user_id).values_list("room_id", flat=True)):
        with changing(room_id, user_id) as change:
            me = change.membership(user_id)
            if me is None or not is_member(me):
                continue
            hand_on(change, me, None)
            expel(change, me, Membership.Ending.LEFT)
            if change.room.kind == Room.Kind.PRIVATE:
                change.announce("member_left", user=user_id)
        yield 1


def _remove_uploads(user_id: int) -> Iterator[int]:
    """Those that were not sent; the others went with their messages."""
    theirs = Attachment.objects.filter(uploader=user_id).order_by("pk")
    while ids := list(theirs.values_list("pk", flat=True)[:PRUNED_AT_ONCE]):
        with transaction.atomic():
            remove_rows(Attachment.objects.filter(pk__in=ids))
        yield len(ids)


def _forget_drafts(user_id: int) -> Iterator[int]:
    """A short text can be guessed from its hash by whoever has the key, and a backup has both. Nobody will
    send it again: until the account was closed it told a repeat from another draft."""
    theirs = Message.objects.filter(author=user_id).exclude(draft_hash=b"").order_by("pk")
    pace, last = Pace(), 0
    while True:
        with pace.batch() as size, transaction.atomic():
            ids = list(theirs.filter(pk__gt=last).values_list("pk", flat=True)[:size])
            Message.objects.filter(pk__in=ids).update(draft_hash=b"")
        if not ids:
            return
        last = ids[-1]
        yield 0


def _close(user_id: int, had: Belongings) -> None:
    with transaction.atomic():
        Report.objects.filter(reporter=user_id).update(reason="")
        record("user.erase", actor_id=None, user_id=user_id, details=had.counts)
        anonymise(user_id)


def _in_batches(
    places: Iterable[tuple[int, int]], work: Callable[[RoomChange, list[int]], None]
) -> Iterator[int]:
    """Does the work for ids, given with their rooms, a few at a time under the lock of their room."""
    by_room: dict[int, list[int]] = defaultdict(list)
    for room_id, pk in places:
        by_room[room_id].append(pk)
    pace = Pace()
    for room_id, ids in by_room.items():
        while ids:
            with pace.batch() as size:
                batch, ids = ids[:size], ids[size:]
                with changing(room_id) as change:
                    pace.begin_to_hold()
                    work(change, batch)
            yield len(batch)
