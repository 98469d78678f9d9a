"""What changed since a rev: for a feed that lacks something, a client that asks, those that come back.

A room's changes are told as `sync`s in rev order, each for a span of revs: the current states of the messages
and memberships that were last changed in it. However many rooms somebody missed something in, it is read by
the same few queries (`resumes.py`). What would be too much is told as `reset`.

A row is told with its last change alone: a change before that it has replaced is told by that one. The
room's own state comes with the part that reaches its present rev, so nobody who was removed before is told of
it. The room's row is read before what it covers, and nothing past the rev it gave is told: what comes later
may no longer be the reader's to see.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from django.db.models import Q, Sum
from msgspec import UNSET
from msgspec.structs import asdict

from . import payloads
from .errors import BadRequest
from .feeds import CatchUp
from .fitting import LEAST_BYTES, MESSAGES_BYTES, REPLIED_BYTES, as_many_as_fit, within_bytes
from .models import Membership, Message, Room
from .protocol.codec import encode
from .protocol.events import Reset, Sync
from .protocol.fields import Standing
from .protocol.limits import MAX_PAGE, MAX_SYNC_CHANGES
from .protocol.results import SyncResult
from .protocol.shapes import Message as MessageShape
from .protocol.shapes import User as UserShape
from .queries import readable, users

T = TypeVar("T")

BESIDE_ITS_TEXT = 400  # bytes of an encoded message, about


@dataclass(frozen=True, slots=True)
class Span:
    """The changes of a room after `since`, up to and with `until`."""

    room: Room
    since: int
    until: int

    def __hash__(self) -> int:
        """Quicker than a model's; many are looked up when many come back."""
        return hash((self.room.id, self.since, self.until))

    @property
    def is_short(self) -> bool:
        """There is something in it, and not too much."""
        return 0 < self.until - self.since <= MAX_SYNC_CHANGES

    @property
    def rows(self) -> Q:
        return Q(room=self.room, rev__gt=self.since, rev__lte=self.until)

    @property
    def messages(self) -> Q:
        return self.rows & Q(seq__gte=self.room.first_seq)


@dataclass(frozen=True, slots=True)
class _Part:
    """A `sync`, and what became of those whose memberships it tells of: more than it says to all."""

    result: SyncResult
    standings: tuple[tuple[int, Standing], ...]


@dataclass(frozen=True, slots=True)
class _Found:
    """What lies in a set of spans, by room, in rev order; and whom and what it names."""

    messages: Mapping[int, list[MessageShape]]
    members: Mapping[int, list[Membership]]
    replied: Mapping[int, Mapping[int, MessageShape]]
    people: Mapping[int, UserShape]


def room_changes(reader_id: int, room_id: int, since: int) -> SyncResult:
    """The first part of what changed after `since`, for a member; `more` says that there is another."""
    room = readable(reader_id, room_id).room
    if since > room.last_rev:
        raise BadRequest("That rev is not yet given out.")
    return _first_part(Span(room, since, min(room.last_rev, since + MAX_PAGE))).result


def catch_up(room_id: int, since: int) -> tuple[CatchUp, bool]:
    """What brings a feed at `since` further, and whether to ask again for more.

    A part ends before a removal: the removed still get what was stored before it. A lag of more than
    MAX_SYNC_CHANGES is cheaper to start anew from than to replay.
    """
    room = Room.objects.get(pk=room_id)
    span = Span(room, since, room.last_rev)
    memberships = Membership.objects.filter(span.rows).order_by("rev")
    if since != room.last_rev and not span.is_short:
        return reset(room, _standings(memberships)), False
    removals = memberships.filter(left_at__isnull=False, rev__gt=since + 1)
    later = removals.values_list("rev", flat=True).first()
    until = min(room.last_rev, since + MAX_PAGE, (later or room.last_rev + 1) - 1)
    part = _first_part(Span(room, since, until))
    return _told(part), part.result.rev < room.last_rev


def sizes_of(spans: Iterable[Span]) -> dict[int, int]:
    """About how many bytes would tell each span, by room; one query. Of a room one span at most."""
    return dict(
        Message.objects.filter(_any(span.messages for span in spans))
        .order_by()
        .values_list("room")
        .annotate(size=Sum(LEAST_BYTES + BESIDE_ITS_TEXT))
    )


def told_of(spans: Sequence[Span]) -> dict[int, list[CatchUp]]:
    """All of each span, in parts that join, by room. Of a room one span at most."""
    found = _find(spans)
    return {span.room.pk: [_told(part) for part in _parts(span, found)] for span in spans}


def reset(room: Room, members: tuple[tuple[int, Standing], ...] = ()) -> CatchUp:
    """Has whoever gets it start anew; `members` are those whose changes are not told therefore."""
    event = Reset(room=room.pk, rev=room.last_rev, room_state=payloads.room(room))
    return CatchUp(room.last_rev, encode(event), members, recount=True)


def _first_part(span: Span) -> _Part:
    """Of the rows only as many are read as may fit, and one to find out."""
    spare = MESSAGES_BYTES
    sizes = Message.objects.filter(span.messages).order_by("rev").values_list("rev", LEAST_BYTES)
    for rev, size in sizes:
        spare -= size
        if spare < 0:
            span = replace(span, until=rev)
            break
    return next(_parts(span, _find([span])))


def _find(spans: Sequence[Span]) -> _Found:
    """A fixed number of queries, however many spans."""
    if not spans:
        return _Found({}, {}, {}, {})
    rows = list(Message.objects.filter(_any(span.messages for span in spans)).order_by("rev"))
    members = list(Membership.objects.filter(_any(span.rows for span in spans)).order_by("rev"))
    targets = _reply_targets(rows, {span.room.pk: span for span in spans})
    shapes = payloads.messages([*rows, *targets])
    replied = _by_room(targets, shapes[len(rows) :])
    named = {*payloads.people_of(shapes), *(row.user_id for row in members)}
    return _Found(
        messages=_by_room(rows, shapes[: len(rows)]),
        members=_by_room(members, members),
        replied={pk: {one.seq: one for one in found} for pk, found in replied.items()},
        people={user.id: user for user in users(named).users},
    )


def _reply_targets(rows: list[Message], spans: Mapping[int, Span]) -> list[Message]:
    """As far as they are within the span: how they changed after it may not be the reader's to see."""
    wanted: dict[int, set[int]] = defaultdict(set)
    for row in rows:
        if row.reply_to:
            wanted[row.room_id].add(row.reply_to)
    if not wanted:
        return []
    wants = (
        Q(room=pk, seq__in=seqs, seq__gte=spans[pk].room.first_seq, rev__lte=spans[pk].until)
        for pk, seqs in wanted.items()
    )
    return list(Message.objects.filter(_any(wants)))


def _parts(span: Span, found: _Found) -> Iterator[_Part]:
    """The span as syncs of at most MAX_PAGE changes and MAX_REPLY_BYTES each."""
    since = span.since
    while True:
        until = min(span.until, since + MAX_PAGE)
        changed = [one for one in found.messages.get(span.room.pk, []) if since < one.rev <= until]
        kept = within_bytes(changed, keep_first=True)
        rev = until if len(kept) == len(changed) else kept[-1].rev
        yield _sync(span.room, since, rev, kept, found)
        if rev >= span.until:
            return
        since = rev


def _sync(room: Room, since: int, rev: int, kept: list[MessageShape], found: _Found) -> _Part:
    members = [row for row in found.members.get(room.pk, []) if since < row.rev <= rev]
    held = {message.seq for message in kept}
    answered = {one.reply_to for one in kept if one.reply_to} - held
    targets = {
        seq: target
        for seq, target in found.replied.get(room.pk, {}).items()
        if target.rev <= rev  # how it changed after this part may not be the reader's to see
    }
    latest_first = [targets[seq] for seq in sorted(answered & targets.keys(), reverse=True)]
    replied = within_bytes(latest_first, keep_first=True, most=REPLIED_BYTES)
    named = [*(row.user_id for row in members), *payloads.people_of([*kept, *replied])]
    people = {user_id: found.people.get(user_id) for user_id in named}
    result = SyncResult(
        room=room.pk,
        since=since,
        rev=rev,
        messages=kept,
        members=[payloads.member(row) for row in members],
        users=as_many_as_fit([user for user in people.values() if user is not None]),
        replied=replied,
        more=rev < room.last_rev,
        room_state=payloads.room(room) if rev == room.last_rev else UNSET,
    )
    return _Part(result, _standings(members))


def _standings(memberships: Iterable[Membership]) -> tuple[tuple[int, Standing], ...]:
    return tuple((row.user_id, payloads.standing(row)) for row in memberships)


def _told(part: _Part) -> CatchUp:
    """As an event: whoever sends it sends what comes after it as well, so nobody has to ask for more."""
    event = Sync(**asdict(part.result) | {"more": False})
    # What an edit or a deletion took away, such as a mention of the room, is not said.
    recount = any(one.edited_at or one.deleted_at for one in part.result.messages)
    return CatchUp(part.result.rev, encode(event), part.standings, recount)


def _by_room(rows: Sequence[Message | Membership], values: Sequence[T]) -> dict[int, list[T]]:
    """The value of each row, under its row's room."""
    found: dict[int, list[T]] = defaultdict(list)
    for row, value in zip(rows, values, strict=True):
        found[row.room_id].append(value)
    return found


def _any(conditions: Iterable[Q]) -> Q:
    one_of = Q()
    for condition in conditions:
        one_of |= condition
    return one_of
