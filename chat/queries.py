"""What a user may read. Every function looks its target up through the reader's membership.

Each snapshot reads its rev before its rows: rows that are newer than the rev are harmless, missing ones
would be lost for good.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from accounts.models import User

from . import payloads
from .by_time import first_seq_at
from .errors import BadRequest, NotFound
from .fitting import (
    LEAST_BYTES,
    MESSAGES_BYTES,
    REPLIED_BYTES,
    as_many_as_fit,
    seqs_within_bytes,
    within_bytes,
)
from .models import Membership, Message, Room, Site
from .own_parts import OwnParts
from .permissions import is_member, outsider_refusal
from .protocol.codec import encode, timestamp
from .protocol.events import MembershipChanged
from .protocol.limits import DEFAULT_PAGE, MAX_PAGE
from .protocol.results import (
    EditsResult,
    HistoryResult,
    MembersResult,
    MessagesResult,
    PinsResult,
    UsersResult,
)
from .protocol.shapes import Edit, OwnRoom
from .protocol.shapes import Message as MessageShape
from .protocol.shapes import Room as RoomShape
from .protocol.shapes import User as UserShape
from .user_revs import user_revs

MAX_NAMED = 500  # people beside some messages; more are not even read


def history(
    reader_id: int,
    room_id: int,
    *,
    before: int | None = None,
    after: int | None = None,
    around: int | None = None,
    at: datetime | None = None,
    limit: int = DEFAULT_PAGE,
) -> HistoryResult:
    """One page of a timeline, ascending: the latest, or that next to one of the four marks.

    Numbers have no gap, so a page is a range of seqs and costs the same wherever it lies.
    """
    if limit > MAX_PAGE:
        raise BadRequest(f"limit is at most {MAX_PAGE}.")
    if sum(mark is not None for mark in (before, after, around, at)) > 1:
        raise BadRequest("Give one of before, after, around and at.")
    room = readable(reader_id, room_id).room
    if at is not None:
        around = first_seq_at(room, at)
    if after is not None:
        first, last = after + 1, after + limit
    elif around is not None:
        around = max(room.first_seq, min(around, room.last_seq))
        first = around - limit // 2
        last = first + limit - 1
    else:
        last = room.last_seq if before is None else min(before - 1, room.last_seq)
        first = last - limit + 1
    rows = _range(room, first, last, keep_first=after is not None, around=around)
    page = within_bytes(payloads.messages(rows), keep_first=after is not None, around=around)
    replied = _reply_targets(room, page)
    return HistoryResult(
        room=room.pk,
        messages=page,
        users=named_by([*page, *replied]),
        replied=replied,
        first_seq=room.first_seq,
        last_seq=room.last_seq,
        rev=room.last_rev,
    )


def messages(reader_id: int, room_id: int, seqs: list[int]) -> MessagesResult:
    """The named messages, ascending; numbers that the room does not have are left out."""
    room = readable(reader_id, room_id).room
    rows = messages_of(room).filter(seq__in=seqs).order_by("seq")
    found = within_bytes(payloads.messages(list(rows)), keep_first=True)
    return MessagesResult(messages=found, users=named_by(found))


def users(ids: Iterable[int]) -> UsersResult:
    """Public profiles; unknown ids are left out, and those of people who wait to be let in."""
    return UsersResult(users=_users(ids))


def named_by(messages: Sequence[MessageShape], *, beside: Iterable[int] = ()) -> list[UserShape]:
    """Those whom an answer with these messages introduces, after those whom it names beside them."""
    wanted = list(dict.fromkeys([*beside, *payloads.people_of(messages)]))[:MAX_NAMED]
    found = {user.id: user for user in _users(wanted)}
    return as_many_as_fit([found[user_id] for user_id in wanted if user_id in found])


def last_seen(ids: Iterable[int]) -> dict[int, str]:
    """When people were last here; those who hide, and those who never were, are left out."""
    seen = User.objects.filter(pk__in=ids, presence_hidden=False, last_seen__isnull=False)
    return {user_id: timestamp(at) for user_id, at in seen.values_list("pk", "last_seen") if at}


def members(
    reader_id: int, room_id: int, *, after: int = 0, limit: int = DEFAULT_PAGE
) -> MembersResult:
    """One page of those in the room, by user id."""
    if limit > MAX_PAGE:
        raise BadRequest(f"limit is at most {MAX_PAGE}.")
    room = readable(reader_id, room_id).room
    rows = list(
        Membership.objects.active()
        .filter(room=room, user_id__gt=after)
        .order_by("user_id")[: limit + 1]
    )
    page = rows[:limit]
    return MembersResult(
        members=[payloads.member(row) for row in page],
        users=_users(row.user_id for row in page),
        more=len(rows) > limit,
    )


def message_edits(reader_id: int, room_id: int, seq: int) -> EditsResult:
    """What a message said before, oldest first; of a deleted one nothing is left."""
    room = readable(reader_id, room_id).room
    message = messages_of(room).filter(seq=seq).first()
    if message is None:
        raise NotFound("There is no such message.")
    newest_first = message.edits.order_by("-pk")[:MAX_PAGE]
    edits = [Edit(body=row.body, at=timestamp(row.at)) for row in newest_first]
    spare = MESSAGES_BYTES - len(encode(edits))
    while spare < 0:
        spare += len(encode(edits.pop()))
    return EditsResult(edits=edits[::-1])


def pins(
    reader_id: int, room_id: int, *, before: int | None = None, limit: int = DEFAULT_PAGE
) -> PinsResult:
    """What is pinned in a room, the latest message first."""
    if limit > MAX_PAGE:
        raise BadRequest(f"limit is at most {MAX_PAGE}.")
    room = readable(reader_id, room_id).room
    rows = messages_of(room).filter(pinned_at__isnull=False)
    if before is not None:
        rows = rows.filter(seq__lt=before)
    found = list(rows.order_by("-seq")[: limit + 1])
    page = within_bytes(payloads.messages(found[:limit]), keep_first=True)
    return PinsResult(messages=page, users=named_by(page), more=len(page) < len(found))


def room_id_of_slug(reader_id: int, slug: str) -> int:
    """The room behind an address, for one of its members."""
    is_possible = "\0" not in slug  # PostgreSQL does not even take the question
    room = Room.objects.filter(slug=slug).only("pk").first() if is_possible else None
    if room is None:
        raise NotFound("There is no such room.")
    return readable(reader_id, room.pk).room_id


def own_rooms(
    asked: Sequence[tuple[int, AbstractSet[int]]],
) -> list[dict[int, MembershipChanged]]:
    """For each (reader, rooms) those that the reader is in, as the reader sees them now, as events.

    The same few queries, however many ask.
    """
    readers = {reader_id for reader_id, _ in asked}
    wanted = set[int]().union(*(room_ids for _, room_ids in asked))
    rows = Membership.objects.active().with_mentions().filter(user__in=readers, room__in=wanted)
    held = {(row.user_id, row.room_id): row for row in rows.select_related("room")}
    rooms = {row.room_id: payloads.room(row.room) for row in held.values()}
    people = people_of_direct(rooms.values())
    named = set[int]().union(*people.values())
    profiles = {user.id: user for user in _users(named)}
    parts = OwnParts(held.values())

    def event(row: Membership) -> MembershipChanged:
        users = people.get(row.room_id)
        own = parts.in_room(rooms[row.room_id], row, users)
        return MembershipChanged(room=own, users=[profiles[user_id] for user_id in users or ()])

    return [
        {
            room_id: event(held[reader_id, room_id])
            for room_id in room_ids
            if (reader_id, room_id) in held
        }
        for reader_id, room_ids in asked
    ]


def own_room(membership: Membership, people: list[int] | None = None) -> OwnRoom:
    """`membership.room`, as it is in memory, as its member sees it; `people` are those of a direct room."""
    own = Membership.objects.with_mentions().get(pk=membership.pk)
    return OwnParts([own]).in_room(payloads.room(membership.room), own, people)


def revs(room_ids: Iterable[int]) -> dict[int, int]:
    """The current rev of each room; one query."""
    return dict(Room.objects.filter(pk__in=room_ids).values_list("pk", "last_rev"))


@dataclass(frozen=True, slots=True)
class Marks:
    """How far the database is: what a process compares with what it has told."""

    epoch: str
    rooms: dict[int, int]
    users: dict[int, int]


def marks(room_ids: Iterable[int], user_ids: Iterable[int]) -> Marks:
    return Marks(str(Site.current().epoch), revs(room_ids), user_revs(user_ids))


def readable(reader_id: int, room_id: int) -> Membership:
    """The reader's membership, with its room as of now."""
    membership = (
        Membership.objects.select_related("room").filter(user=reader_id, room=room_id).first()
    )
    if membership is None or not is_member(membership):
        kind = Room.objects.filter(pk=room_id).values_list("kind", flat=True).first()
        raise outsider_refusal(kind)
    return membership


def messages_of(room: Room) -> QuerySet[Message]:
    """What the room had when its row was read, which was with the reader's membership: whoever is removed
    before the messages are read gets none that was stored after it."""
    return Message.objects.filter(room=room, seq__gte=room.first_seq, seq__lte=room.last_seq)


def people_of_direct(rooms: Iterable[RoomShape]) -> dict[int, list[int]]:
    """Who is in those of the rooms that are direct; no query where none is."""
    direct = [room.id for room in rooms if room.kind == "direct"]
    people: dict[int, list[int]] = defaultdict(list)
    if direct:
        for room_id, user_id in (
            Membership.objects.filter(room__in=direct)
            .order_by("user_id")
            .values_list("room_id", "user_id")
        ):
            people[room_id].append(user_id)
    return people


def _users(ids: Iterable[int]) -> list[UserShape]:
    wanted = set(ids)
    if not wanted:
        return []
    found = User.objects.filter(pk__in=wanted, waits_since=None).order_by("pk")
    return [payloads.user(row) for row in found]


def _range(
    room: Room, first: int, last: int, *, keep_first: bool, around: int | None
) -> list[Message]:
    """The messages from `first` to `last`, without most of those that would not fit into a reply anyway."""
    first, last = max(first, room.first_seq), min(last, room.last_seq)
    rows = Message.objects.filter(room=room, seq__gte=first, seq__lte=last).order_by("seq")
    sizes = dict(rows.values_list("seq", LEAST_BYTES))
    kept = seqs_within_bytes(list(sizes.items()), keep_first=keep_first, around=around)
    if len(kept) < len(sizes):
        rows = rows.filter(seq__gte=kept.start, seq__lt=kept.stop)
    return list(rows)


def _reply_targets(room: Room, page: list[MessageShape]) -> list[MessageShape]:
    """The messages that the page replies to and does not hold, as many as still fit into the reply."""
    held = {message.seq for message in page}
    wanted = {message.reply_to for message in page if message.reply_to} - held
    if not wanted:
        return []
    rows = messages_of(room).filter(seq__in=wanted)
    targets = payloads.messages(list(rows.order_by("-seq")))
    return within_bytes(targets, keep_first=True, most=REPLIED_BYTES)
