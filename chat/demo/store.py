"""Writes the rows of the demo: the one place besides the writer that stores messages.

A hundred thousand messages through the writer would be as many drafts, answers and events for nobody. The
rules are the same: the room's row is locked first, numbers are taken under that lock in the order in which
the rows appear, `at` never goes back, and each change of a message takes a rev of its own. Nothing is
published: open clients are told by the hub's poll, as of any write by another process.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from functools import lru_cache, partial
from itertools import islice
from random import Random
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from chat import richtext, search_index
from chat.models import Mention, Message, MessageEdit, Reaction, Room

from .script import Line, fill_in
from .timeline import Utterance

_BATCH = 500
_AFTERTHOUGHT = timedelta(seconds=20)
_parse = lru_cache(maxsize=20_000)(richtext.parse)


@dataclass(slots=True, kw_only=True)
class _Row:
    """A message to be: each field is a column."""

    room_id: int
    seq: int
    rev: int
    created_rev: int
    at: datetime
    kind: str = Message.Kind.TEXT.value
    author_id: int | None = None
    client_id: UUID | None = None
    draft_hash: bytes | None = None
    body: str = ""
    content: list[richtext.Node] | None = None
    event: dict[str, Any] | None = None
    reply_to: int | None = None
    mention_room: bool = False
    edited_at: datetime | None = None
    deleted_at: datetime | None = None
    deleted_by_id: int | None = None
    pinned_at: datetime | None = None


class Storyteller:
    """`names` are usernames by user id, `audience` the ids of those who react, by room."""

    def __init__(
        self, random: Random, names: Mapping[int, str], audience: Mapping[int, Sequence[int]]
    ) -> None:
        self.random = random
        self.names = names
        self.audience = audience
        self.pinned: set[tuple[int, str]] = set()  # each pinned line once a room

    def tell(self, utterances: Iterable[Utterance], tick: Callable[[int], None]) -> int:
        """Stores messages in the order given; returns how many they were, and tells `tick` meanwhile."""
        stored = 0
        for batch in _batches(utterances):
            with transaction.atomic():
                _Batch(self, {utterance.play.room_id for utterance in batch}).store(batch)
            stored += len(batch)
            tick(stored)
        return stored

    def announce(self, room: Room, at: datetime, events: Sequence[dict[str, Any]]) -> int:
        """Stores system messages."""
        with transaction.atomic():
            _Batch(self, {room.pk}).store_events(room.pk, at, events)
        return len(events)


class _Batch:
    """One transaction's rows. The rooms are locked from here to its end."""

    def __init__(self, teller: Storyteller, room_ids: set[int]) -> None:
        self._teller = teller
        locked = Room.objects.select_for_update(no_key=True).filter(pk__in=room_ids).order_by("pk")
        self._rooms = {room.pk: room for room in locked}
        self._rows: list[_Row] = []
        self._edits: list[tuple[_Row, str]] = []
        self._mentions: list[tuple[_Row, int]] = []
        self._reactions: list[tuple[_Row, int, str]] = []

    def store(self, utterances: Iterable[Utterance]) -> None:
        for utterance in utterances:
            self._dress(self._say(utterance), utterance)
        self._write()

    def store_events(self, room_id: int, at: datetime, events: Iterable[dict[str, Any]]) -> None:
        for event in events:
            self._append(room_id, at, kind=Message.Kind.SYSTEM.value, event=event)
        self._write()

    def _say(self, utterance: Utterance) -> _Row:
        play, line = utterance.play, utterance.line
        usernames = {speaker: self._teller.names[pk] for speaker, pk in play.cast.items()}
        body = "" if line.gone else fill_in(line.text, play.words, usernames)
        names = {username: play.cast[speaker] for speaker, username in usernames.items()}
        row = self._append(
            play.room_id,
            utterance.at,
            author_id=play.cast[line.speaker],
            client_id=UUID(int=self._teller.random.getrandbits(128), version=4),
            draft_hash=self._teller.random.randbytes(16),
            body=body,
            content=richtext.parse(body, names) if "@" in body else _parse(body),
            reply_to=None if line.replies_to is None else play.seqs.get(line.replies_to),
        )
        play.seqs[utterance.index] = row.seq
        return row

    def _append(self, room_id: int, at: datetime, **columns: Any) -> _Row:
        room = self._rooms[room_id]
        room.last_seq += 1
        at = max(_to_milliseconds(at), room.last_message_at or at)
        room.last_message_at = at
        rev = self._next_rev(room_id)
        row = _Row(room_id=room_id, seq=room.last_seq, rev=rev, created_rev=rev, at=at, **columns)
        self._rows.append(row)
        return row

    def _dress(self, row: _Row, utterance: Utterance) -> None:
        """What happens to a message after it was said; each change takes the next rev."""
        line, play = utterance.line, utterance.play
        named, _ = richtext.mentioned(row.content)
        self._mentions += [(row, user_id) for user_id in sorted(named - {row.author_id})]
        if line.gone:
            row.deleted_at = self._change(row)
            row.deleted_by_id = row.author_id
        if line.before:
            row.edited_at = self._change(row)
            self._edits.append((row, fill_in(line.before, play.words, {})))
        for emoji, number in line.reactions:
            self._react(row, emoji, number)
        if line.pinned:
            self._pin(row, line)

    def _react(self, row: _Row, emoji: str, number: int) -> None:
        others = [pk for pk in self._teller.audience[row.room_id] if pk != row.author_id]
        for user_id in self._teller.random.sample(others, min(number, len(others))):
            self._change(row)
            self._reactions.append((row, user_id, emoji))

    def _pin(self, row: _Row, line: Line) -> None:
        key = (row.room_id, line.text)
        if key not in self._teller.pinned:
            self._teller.pinned.add(key)
            row.pinned_at = self._change(row)

    def _change(self, row: _Row) -> datetime:
        row.rev = self._next_rev(row.room_id)
        return row.at + _AFTERTHOUGHT

    def _next_rev(self, room_id: int) -> int:
        self._rooms[room_id].last_rev += 1
        return self._rooms[room_id].last_rev

    def _write(self) -> None:
        _insert(self._rows)
        changed = [row for row, _ in self._edits] + [row for row, _ in self._mentions]
        pk = _primary_keys(changed + [row for row, _, _ in self._reactions])
        MessageEdit.objects.bulk_create(
            MessageEdit(message_id=pk[row.room_id, row.seq], body=body, at=row.edited_at or row.at)
            for row, body in self._edits
        )
        Mention.objects.bulk_create(
            Mention(
                message_id=pk[row.room_id, row.seq],
                user_id=user_id,
                room_id=row.room_id,
                seq=row.seq,
            )
            for row, user_id in self._mentions
        )
        Reaction.objects.bulk_create(
            Reaction(
                message_id=pk[row.room_id, row.seq],
                user_id=user_id,
                emoji=emoji,
                at=row.at + _AFTERTHOUGHT,
            )
            for row, user_id, emoji in self._reactions
        )
        Room.objects.bulk_update(self._rooms.values(), ["last_seq", "last_rev", "last_message_at"])
        ids = _primary_keys(self._rows).values()
        search_index.write(search_index.entries(list(Message.objects.filter(pk__in=ids))))


def _insert(rows: Sequence[_Row]) -> None:
    """Plain SQL: model instances and `bulk_create` take three times as long."""
    columns = [(field.name, _preparer(field.name)) for field in fields(_Row)]
    names = ", ".join(name for name, _ in columns)
    marks = ", ".join(["%s"] * len(columns))
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO chat_message ({names}) VALUES ({marks})",  # noqa: S608 - names of columns
            [tuple(prepare(getattr(row, name)) for name, prepare in columns) for row in rows],
        )


def _preparer(column: str) -> Callable[[Any], Any]:
    """How this database takes the column's values."""
    field = next(field for field in Message._meta.concrete_fields if field.column == column)
    if field.get_internal_type() in {"DateTimeField", "JSONField", "UUIDField"}:
        prepare = partial(field.get_db_prep_save, connection=connection)
        return lambda value: None if value is None else prepare(value)
    return lambda value: value


def _primary_keys(rows: Iterable[_Row]) -> dict[tuple[int, int], int]:
    """By room and seq."""
    seqs: dict[int, set[int]] = {}
    for row in rows:
        seqs.setdefault(row.room_id, set()).add(row.seq)
    return {
        (room_id, seq): pk
        for room_id, wanted in seqs.items()
        for seq, pk in Message.objects.filter(room=room_id, seq__in=wanted).values_list("seq", "pk")
    }


def _batches(utterances: Iterable[Utterance]) -> Iterator[list[Utterance]]:
    rest = iter(utterances)
    while batch := list(islice(rest, _BATCH)):
        yield batch


def _to_milliseconds(at: datetime) -> datetime:
    return at.replace(microsecond=at.microsecond // 1000 * 1000)
