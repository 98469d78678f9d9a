"""What a user may read. Every function looks its target up through the reader's membership.

Each snapshot reads its rev before its rows: rows that are newer than the rev are harmless, missing ones
would be lost for good.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from django.conf import settings
from msgspec import UNSET
from msgspec.structs import asdict

from accounts.models import User

from . import payloads
from .errors import BadRequest, NotFound
from .feeds import CatchUp
from .models import Block, Membership, Message, Room, Site
from .permissions import is_member, outsider_refusal
from .protocol.codec import encode, timestamp
from .protocol.events import Reset, Sync, Welcome
from .protocol.limits import (
    DEFAULT_PAGE,
    MAX_PAGE,
    MAX_REPLY_BYTES,
    MAX_SYNC_BYTES,
    MAX_SYNC_CHANGES,
)
from .protocol.results import (
    EditsResult,
    HistoryResult,
    MembersResult,
    MessagesResult,
    SyncResult,
    UsersResult,
)
from .protocol.shapes import Edit, Me, OwnRoom, ServerInfo
from .protocol.shapes import Message as MessageShape
from .protocol.shapes import User as UserShape


def welcome(reader_id: int) -> Welcome:
    """The snapshot a connection starts from: oneself, one's rooms, and the people of direct rooms."""
    site = Site.current()
    reader = User.objects.get(pk=reader_id)
    rooms, named = _own_rooms(reader_id)
    blocked = list(Block.objects.filter(user=reader_id).values_list("blocked_id", flat=True))
    return Welcome(
        me=Me(user=payloads.user(reader), blocked=blocked),
        server=ServerInfo(version=settings.VERSION, epoch=str(site.epoch)),
        rooms=rooms,
        users=_users(named | set(blocked)),
        online=[],
    )


def history(
    reader_id: int,
    room_id: int,
    *,
    before: int | None = None,
    after: int | None = None,
    around: int | None = None,
    limit: int = DEFAULT_PAGE,
) -> HistoryResult:
    """One page of a timeline, ascending: the latest, or that next to one of the three marks.

    Numbers have no gap, so a page is a range of seqs and costs the same wherever it lies.
    """
    if limit > MAX_PAGE:
        raise BadRequest(f"limit is at most {MAX_PAGE}.")
    if sum(mark is not None for mark in (before, after, around)) > 1:
        raise BadRequest("Give one of before, after and around.")
    room = _readable(reader_id, room_id).room
    if after is not None:
        first, last = after + 1, after + limit
    elif around is not None:
        around = max(room.first_seq, min(around, room.last_seq))
        first = around - limit // 2
        last = first + limit - 1
    else:
        last = room.last_seq if before is None else min(before - 1, room.last_seq)
        first = last - limit + 1
    rows = _range(room, first, last)
    page = _within_bytes(payloads.messages(rows), keep_first=after is not None, around=around)
    replied = _reply_targets(room, page)
    return HistoryResult(
        room=room.pk,
        messages=page,
        users=_users(payloads.people_of(page) | payloads.people_of(replied)),
        replied=replied,
        first_seq=room.first_seq,
        last_seq=room.last_seq,
        rev=room.last_rev,
    )


def messages(reader_id: int, room_id: int, seqs: list[int]) -> MessagesResult:
    """The named messages, ascending; numbers that the room does not have are left out."""
    room = _readable(reader_id, room_id).room
    rows = Message.objects.filter(room=room, seq__in=seqs, seq__gte=room.first_seq).order_by("seq")
    found = _within_bytes(payloads.messages(list(rows)), keep_first=True)
    return MessagesResult(messages=found, users=_users(payloads.people_of(found)))


def changes(reader_id: int, room_id: int, since: int) -> SyncResult:
    """What changed in the room after the rev `since`, for one of its members."""
    room = _readable(reader_id, room_id).room
    if since > room.last_rev:
        raise BadRequest("That rev is not yet given out.")
    return room_changes(room, since)


def room_changes(room: Room, since: int) -> SyncResult:
    """The same for whoever may read the room; `room` was just read, and its rev with it."""
    # Not past the rev that was read: what comes later may no longer be the reader's to see.
    span = {"room": room, "rev__gt": since, "rev__lte": room.last_rev}
    rows = list(
        Message.objects.filter(**span, seq__gte=room.first_seq).order_by("rev")[: MAX_PAGE + 1]
    )
    member_rows = list(Membership.objects.filter(**span).order_by("rev")[: MAX_PAGE + 1])
    rev, more = room.last_rev, False
    if len(rows) > MAX_PAGE or len(member_rows) > MAX_PAGE:
        rev = min(part[MAX_PAGE - 1].rev for part in (rows, member_rows) if len(part) > MAX_PAGE)
        more = True
    changed = payloads.messages([row for row in rows if not more or row.rev <= rev])
    kept = _within_bytes(changed, keep_first=True)
    if len(kept) < len(changed):
        rev, more = kept[-1].rev, True
    members = [row for row in member_rows if not more or row.rev <= rev]
    replied = _reply_targets(room, kept)
    named = payloads.people_of(kept) | payloads.people_of(replied)
    return SyncResult(
        room=room.pk,
        since=since,
        rev=rev,
        messages=kept,
        members=[payloads.member(row) for row in members],
        users=_users(named | {row.user_id for row in members}),
        replied=replied,
        more=more,
        room_state=payloads.room(room) if members or room.meta_rev > since else UNSET,
    )


def catch_up(room_id: int, since: int) -> tuple[CatchUp, bool]:
    """What brings any reader of the room from `since` to now, and whether to ask again for more.

    A lag of more than MAX_SYNC_CHANGES is cheaper to start anew from than to replay.
    """
    room = Room.objects.get(pk=room_id)
    if since < 0 or not 0 <= room.last_rev - since <= MAX_SYNC_CHANGES:
        return CatchUp(room.last_rev, encode(Reset(room=room_id, rev=room.last_rev))), False
    result = room_changes(room, since)
    members = tuple((member.user, member.role) for member in result.members)
    return CatchUp(result.rev, encode(Sync(**asdict(result))), members), result.more


def resume(held: Mapping[int, int]) -> list[tuple[int, CatchUp]]:
    """What brings a returning client from the revs it holds to now, as (room, sync or reset).

    The rooms were read through its memberships just before. A rev below 0 is never one we gave out. At
    most MAX_SYNC_BYTES of syncs; the rooms after that start anew.
    """
    found: list[tuple[int, CatchUp]] = []
    spent = 0
    for room_id, since in held.items():
        more = True
        while more:
            repair, more = catch_up(room_id, since if spent < MAX_SYNC_BYTES else -1)
            found.append((room_id, repair))
            spent += len(repair.payload)
            since = repair.rev
    return found


def users(ids: Iterable[int]) -> UsersResult:
    """Public profiles; unknown ids are left out."""
    return UsersResult(users=_users(ids))


def members(
    reader_id: int, room_id: int, *, after: int = 0, limit: int = DEFAULT_PAGE
) -> MembersResult:
    """One page of those in the room, by user id."""
    if limit > MAX_PAGE:
        raise BadRequest(f"limit is at most {MAX_PAGE}.")
    room = _readable(reader_id, room_id).room
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
    room = _readable(reader_id, room_id).room
    message = Message.objects.filter(room=room, seq=seq, seq__gte=room.first_seq).first()
    if message is None:
        raise NotFound("There is no such message.")
    newest_first = message.edits.order_by("-pk")[:MAX_PAGE]
    edits = [Edit(body=row.body, at=timestamp(row.at)) for row in newest_first]
    spare = MAX_REPLY_BYTES // 2 - len(encode(edits))
    while spare < 0:
        spare += len(encode(edits.pop()))
    return EditsResult(edits=edits[::-1])


def room_id_of_slug(reader_id: int, slug: str) -> int:
    """The room behind an address, for one of its members."""
    room = Room.objects.filter(slug=slug).only("pk").first()
    if room is None:
        raise NotFound("There is no such room.")
    return _readable(reader_id, room.pk).room_id


def revs(room_ids: Iterable[int]) -> dict[int, int]:
    """The current rev of each room; one query."""
    return dict(Room.objects.filter(pk__in=room_ids).values_list("pk", "last_rev"))


def _readable(reader_id: int, room_id: int) -> Membership:
    """The reader's membership, with its room as of now."""
    membership = (
        Membership.objects.select_related("room").filter(user=reader_id, room=room_id).first()
    )
    if membership is None or not is_member(membership):
        kind = Room.objects.filter(pk=room_id).values_list("kind", flat=True).first()
        raise outsider_refusal(kind)
    return membership


def _own_rooms(reader_id: int) -> tuple[list[OwnRoom], set[int]]:
    """The reader's rooms, and the ids of the people in the direct ones."""
    memberships = list(
        Membership.objects.active()
        .filter(user=reader_id)
        .select_related("room")
        .order_by("room_id")
    )
    direct = [row.room_id for row in memberships if row.room.kind == Room.Kind.DIRECT]
    people: dict[int, list[int]] = defaultdict(list)
    if direct:
        for room_id, user_id in (
            Membership.objects.filter(room__in=direct)
            .order_by("user_id")
            .values_list("room_id", "user_id")
        ):
            people[room_id].append(user_id)
    rooms = [payloads.own_room(row, people.get(row.room_id)) for row in memberships]
    return rooms, {user_id for ids in people.values() for user_id in ids}


def _users(ids: Iterable[int]) -> list[UserShape]:
    wanted = set(ids)
    if not wanted:
        return []
    return [payloads.user(row) for row in User.objects.filter(pk__in=wanted).order_by("pk")]


def _range(room: Room, first: int, last: int) -> list[Message]:
    first, last = max(first, room.first_seq), min(last, room.last_seq)
    return list(Message.objects.filter(room=room, seq__gte=first, seq__lte=last).order_by("seq"))


def _reply_targets(room: Room, page: list[MessageShape]) -> list[MessageShape]:
    """The messages that the page replies to and does not hold, as many as still fit into the reply."""
    held = {message.seq for message in page}
    wanted = {message.reply_to for message in page if message.reply_to} - held
    if not wanted:
        return []
    rows = Message.objects.filter(room=room, seq__in=wanted, seq__gte=room.first_seq)
    return _within_bytes(payloads.messages(list(rows.order_by("-seq"))), keep_first=True)


def _within_bytes(
    page: list[MessageShape], *, keep_first: bool, around: int | None = None
) -> list[MessageShape]:
    """As many as half a reply may hold, without a hole: from the start, the end, or around a seq."""
    sizes = [len(encode(message)) for message in page]
    spare = MAX_REPLY_BYTES // 2 - sum(sizes)
    start, end = 0, len(page)
    while spare < 0 and end - start > 1:
        if around is not None:
            drop_first = around - page[start].seq > page[end - 1].seq - around
        else:
            drop_first = not keep_first
        if drop_first:
            spare += sizes[start]
            start += 1
        else:
            end -= 1
            spare += sizes[end]
    return page[start:end]
