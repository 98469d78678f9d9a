"""An object a line: the room, then its messages, then the end, by which one sees that the file is whole."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, ClassVar

from msgspec import UNSET, Struct, UnsetType
from msgspec.json import Encoder

from chat.export.timeline import Page, Row
from chat.models import Attachment, Room

_encode = Encoder().encode


class Person(Struct, frozen=True, gc=False):
    id: int
    username: str
    name: str


class File(Struct, frozen=True, omit_defaults=True, gc=False):
    """`path` is where it was copied to, from the folder of this file."""

    name: str
    type: str
    size: int
    path: str | UnsetType = UNSET


class Edit(Struct, frozen=True, gc=False):
    """What a message said until then."""

    at: datetime
    body: str


class Line(Struct, frozen=True, tag_field="type", tag="message", omit_defaults=True):
    seq: int
    at: datetime
    author: Person | None
    body: str
    event: dict[str, Any] | None = None
    reply_to: int | None = None
    edited_at: datetime | None = None
    deleted_at: datetime | None = None
    pinned: bool = False
    reactions: list[tuple[str, list[Person | None]]] = []
    files: list[File] = []
    edits: list[Edit] = []


class JsonLines:
    suffix: ClassVar[str] = "jsonl"

    def __init__(self, paths: Mapping[int, str]) -> None:
        """`paths` are those of copied files, by attachment."""
        self._paths = paths
        self._people: dict[int, Person] = {}

    def head(self, room: Room) -> bytes:
        about = {
            "type": "room",
            "id": room.pk,
            "kind": room.kind,
            "slug": room.slug,
            "name": room.name,
            "topic": room.topic,
            "first_seq": room.first_seq,
            "last_seq": room.last_seq,
            "exported_at": datetime.now(UTC),
        }
        return _encode(about) + b"\n"

    def page(self, page: Page) -> bytes:
        return b"".join(line for row in page.rows for line in (self._line(row, page), b"\n"))

    def tail(self, messages: int) -> bytes:
        return _encode({"type": "end", "messages": messages}) + b"\n"

    def _line(self, row: Row, page: Page) -> bytes:
        return _encode(
            Line(
                seq=row.seq,
                at=row.at,
                author=self._person(row.author_id, page),
                body=row.body,
                event=row.event,
                reply_to=row.reply_to,
                edited_at=row.edited_at,
                deleted_at=row.deleted_at,
                pinned=row.pinned_at is not None,
                reactions=[
                    (emoji, [self._person(one, page) for one in ids])
                    for emoji, ids in page.reactions.get(row.pk, {}).items()
                ],
                files=[self._file(file) for file in page.files.get(row.pk, ())],
                edits=[Edit(at, body) for at, body in page.edits.get(row.pk, ())],
            )
        )

    def _person(self, user_id: int | None, page: Page) -> Person | None:
        if user_id is None or user_id not in page.people:
            return None
        if user_id not in self._people:
            user = page.people[user_id]
            self._people[user_id] = Person(user.id, user.username, user.name)
        return self._people[user_id]

    def _file(self, file: Attachment) -> File:
        return File(file.name, file.type, file.size, self._paths.get(file.pk, UNSET))
