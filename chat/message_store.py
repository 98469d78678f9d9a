"""The transaction that stores a batch of drafts: the decisions are here, its statements in `message_sql`.

Lock order, here and everywhere: rooms by id, then users by id, then the rest. What takes away a right
to post locks the room's row (site-wide: the user's, FOR UPDATE) before it writes, so whichever of the two
transactions commits first is seen by the other: each statement after the locks reads what is committed.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from . import attaching, payloads, permissions, search_index
from . import message_sql as sql
from .errors import ChatError, Conflict, NotFound
from .feeds import Change
from .protocol.codec import encode, timestamp
from .protocol.events import MessageChanged
from .protocol.shapes import Attachment, Message


@dataclass(frozen=True, slots=True)
class Draft:
    """A message as its sender made it. `hashes[0]` is stored; any of them recognises a repeat.

    `refusal` is what the draft itself is refused with, if it is not found to be stored already; `content`,
    whom it mentions and what the search finds it by are found by the writer before any lock is held
    (`mentions.py`).
    """

    author_id: int
    room_id: int
    client_id: UUID
    body: str
    reply_to: int | None
    hashes: tuple[bytes, ...]
    refusal: ChatError | None = None
    content: list[Any] | None = None
    mentions: tuple[int, ...] = ()  # ascending
    mention_room: bool = False
    attachments: tuple[int, ...] = ()
    terms: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Stored:
    """The numbers a draft was stored under."""

    draft: Draft
    draft_hash: bytes
    room_id: int
    seq: int
    rev: int
    at: datetime
    is_new: bool
    files: tuple[Attachment, ...] = ()


def store(drafts: Sequence[Draft]) -> list[Stored | ChatError]:
    """Decides and stores a batch, inside the caller's transaction; outcomes in the order of the drafts."""
    now = present()
    by_key = {(draft.author_id, draft.client_id): draft for draft in drafts}
    places = {(draft.room_id, draft.author_id) for draft in drafts}
    situation = sql.lock_and_read(by_key, places, now)
    rooms = situation.rooms
    known = {(row.author_id, row.client_id): _stored(row, by_key) for row in situation.stored}
    rules = _Rules(drafts, situation, now)
    outcomes: list[Stored | ChatError] = []
    fresh: list[Stored] = []
    for draft in drafts:
        key = (draft.author_id, draft.client_id)
        if key in known:
            outcomes.append(_repeat_or_conflict(draft, known[key]))
            continue
        outcome = _place(draft, rooms, rules, now)
        outcomes.append(outcome)
        if isinstance(outcome, Stored):
            known[key] = outcome
            fresh.append(outcome)
    if fresh:
        _write(fresh, rooms, now)
    return outcomes


def change(stored: Stored) -> Change:
    """The event of a new message, as its readers get it."""
    draft = stored.draft
    message = Message(
        seq=stored.seq,
        rev=stored.rev,
        kind="text",
        author=draft.author_id,
        client_id=str(draft.client_id),
        body=draft.body,
        content=draft.content,
        event=None,
        at=timestamp(stored.at),
        reply_to=draft.reply_to,
        mentions=list(draft.mentions),
        mention_room=draft.mention_room,
        attachments=list(stored.files),
    )
    event = MessageChanged(room=stored.room_id, message=message)
    return Change(stored.rev, encode(event), author=draft.author_id)


def present() -> datetime:
    """To the millisecond, as the wire tells it."""
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


class _Rules:
    """What the batch's authors may do, read once for all drafts after the locks are held."""

    def __init__(self, drafts: Sequence[Draft], situation: sql.Situation, now: datetime) -> None:
        self.rooms = situation.rooms
        self.active = situation.active
        self.last_posts = situation.last_posts
        self.sanctions = situation.sanctions
        self.blocked = sql.read_blocked_pairs(
            [room.id for room in situation.rooms.values() if room.kind == "direct"]
        )
        self.waiting = attaching.lock(
            attachment_id
            for draft in drafts
            if not draft.refusal  # which may name as many as fit into a frame
            for attachment_id in draft.attachments
        )
        self.now = now

    def refusal(self, draft: Draft) -> ChatError | None:
        room = self.rooms.get(draft.room_id)
        place = (draft.room_id, draft.author_id)
        if room is None or draft.author_id not in self.active or place not in self.last_posts:
            return permissions.outsider_refusal(room.kind if room else None)
        refusal = permissions.posting_refusal(
            permissions.sanctions_on(self.sanctions, draft.author_id, draft.room_id),
            room.archived_at,
            self.now,
            is_blocked=place in self.blocked,
        )
        if refusal := refusal or draft.refusal:
            return refusal
        if draft.reply_to and not room.first_seq <= draft.reply_to <= room.last_seq:
            return NotFound("The message replied to does not exist.")
        if refusal := attaching.refusal(draft.attachments, *place[::-1], self.waiting):
            return refusal
        return permissions.slow_mode_refusal(room.slow_mode, self.last_posts[place], self.now)

    def take_files(self, draft: Draft) -> tuple[Attachment, ...]:
        """Those of a draft that is stored; no other draft of the batch gets them."""
        return tuple(payloads.attachment(self.waiting.pop(one)) for one in draft.attachments)


def _stored(row: sql.StoredRow, by_key: Mapping[tuple[int, UUID], Draft]) -> Stored:
    """A draft that an earlier batch stored."""
    return Stored(
        draft=by_key[row.author_id, row.client_id],
        draft_hash=row.draft_hash,
        room_id=row.room_id,
        seq=row.seq,
        rev=row.created_rev,
        at=row.at,
        is_new=False,
    )


def _repeat_or_conflict(draft: Draft, stored: Stored) -> Stored | ChatError:
    if stored.draft_hash not in draft.hashes:
        return Conflict("This client_id was used for another message.")
    return replace(stored, is_new=False)


def _place(
    draft: Draft, rooms: dict[int, sql.LockedRoom], rules: _Rules, now: datetime
) -> Stored | ChatError:
    """Gives the draft the room's next numbers, or refuses it."""
    if refusal := rules.refusal(draft):
        return refusal
    room = rooms[draft.room_id]
    room.last_seq += 1
    room.last_rev += 1
    room.last_message_at = max(now, room.last_message_at or now)  # never back along seq
    if room.slow_mode:
        rules.last_posts[room.id, draft.author_id] = now
    return Stored(
        draft=draft,
        draft_hash=draft.hashes[0],
        room_id=room.id,
        seq=room.last_seq,
        rev=room.last_rev,
        at=room.last_message_at,
        is_new=True,
        files=rules.take_files(draft),
    )


def _write(fresh: Sequence[Stored], rooms: dict[int, sql.LockedRoom], now: datetime) -> None:
    sql.write(
        [rooms[room_id] for room_id in sorted({stored.room_id for stored in fresh})],
        [
            sql.NewRow(
                room_id=stored.room_id,
                seq=stored.seq,
                rev=stored.rev,
                author_id=stored.draft.author_id,
                client_id=stored.draft.client_id,
                draft_hash=stored.draft_hash,
                body=stored.draft.body,
                content=stored.draft.content,
                reply_to=stored.draft.reply_to,
                mention_room=stored.draft.mention_room,
                at=stored.at,
                tokens=_tokens(stored),
            )
            for stored in fresh
        ],
    )
    attaching.link([(one.room_id, one.seq, one.draft.attachments) for one in fresh])
    sql.note_mentions(
        [
            (stored.room_id, stored.seq, user_id)
            for stored in fresh
            for user_id in stored.draft.mentions
        ]
    )
    sql.note_posts(_posts(fresh, rooms, now))


def _posts(
    fresh: Sequence[Stored], rooms: dict[int, sql.LockedRoom], now: datetime
) -> list[sql.Post]:
    """Of each author in each room the last: they have read up to there.

    Slow mode goes by the clock: the message's own time is a later one where that was set back.
    """
    last = {(stored.room_id, stored.draft.author_id): stored for stored in fresh}
    return [
        (room_id, user_id, stored.seq, now if rooms[room_id].slow_mode else None)
        for (room_id, user_id), stored in sorted(last.items(), key=lambda one: one[0])
    ]


def _tokens(stored: Stored) -> str:
    draft = stored.draft
    traits = search_index.traits_of(draft.content, stored.files)
    return search_index.tokens(stored.room_id, draft.author_id, draft.terms, traits)
