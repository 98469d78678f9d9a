"""Attachments against their messages, and against the files they stand for."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from django.core.exceptions import SuspiciousOperation
from django.core.files.storage import default_storage
from django.db.models import F

from chat.models import Attachment

from .finding import Finding
from .pages import Tick, walk


class Entry(NamedTuple):
    """What the checks need of an attachment and of its message, where it has one."""

    pk: int
    room_id: int
    uploader_id: int
    file: str
    thumb: str
    size: int
    message_id: int | None
    message_room: int | None
    author: int | None
    deleted_at: datetime | None
    seq: int | None


def check(room_id: int | None, tick: Tick) -> Iterator[Finding]:
    """Those of one room, or all. `tick` gets each attachment once."""
    rows = Attachment.objects.all() if room_id is None else Attachment.objects.filter(room=room_id)
    columns = rows.annotate(
        message_room=F("message__room_id"),
        author=F("message__author_id"),
        deleted_at=F("message__deleted_at"),
        seq=F("message__seq"),
    ).values_list("id", *Entry._fields)
    for _, *values in walk(columns, "id", 0, tick):
        entry = Entry(*values)
        troubles = [*_misplaced(entry), *_spoilt(entry)]
        if troubles and Attachment.objects.filter(pk=entry.pk).exists():
            for trouble in troubles:
                detail = f"attachment {entry.pk}{trouble}"
                yield Finding("attachment", detail, entry.room_id, entry.seq)


def _misplaced(entry: Entry) -> Iterator[str]:
    """What is wrong between it and its message."""
    if entry.message_id is None:
        return
    if entry.message_room != entry.room_id:
        yield f" is of room {entry.room_id}, but its message of room {entry.message_room}"
    if entry.author != entry.uploader_id:
        yield f" was uploaded by user {entry.uploader_id}, but its message is by user {entry.author}"
    if entry.deleted_at is not None:
        yield " is of a message that was deleted"


def _spoilt(entry: Entry) -> Iterator[str]:
    """What is wrong with its files."""
    if trouble := _trouble(entry.file, entry.size):
        yield f": {trouble}"
    if entry.thumb and (trouble := _trouble(entry.thumb, None)):
        yield f": {trouble}"


def _trouble(name: str, size: int | None) -> str | None:
    """What is wrong with the file of this name, whose size is not known of a thumb."""
    try:
        stored = default_storage.size(name)
    except FileNotFoundError:
        return f"the file {name!r} is missing; restore it from a backup"
    except (OSError, SuspiciousOperation) as error:
        return f"the file {name!r} cannot be read: {error}"
    if size is not None and stored != size:
        return f"the file {name!r} has {stored} bytes instead of {size}"
    return None
