"""Verbs of files that are not sent yet: each is its uploader's alone until a message carries it.

A file is stored before its row, so a row always has its file; if the row cannot be, the file goes again.
What a crash leaves between the two, or a commit that failed, `manage.py prune_uploads` finds.

Who may post in a room may upload to it: that is asked before the work is done, and again under the room's
lock with the row.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.core.files import File
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Count, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext_noop as _

from accounts.committed import once_committed
from accounts.models import User
from chat import attaching, database, payloads
from chat.actions.changing import changing_as
from chat.actions.messages import refuse_silenced
from chat.errors import BadRequest, NotFound, RateLimited, TooLong
from chat.limits import limit_upload
from chat.models import Attachment
from chat.protocol import shapes
from chat.protocol.limits import (
    MAX_UNSENT_BYTES,
    MAX_UNSENT_UPLOADS,
    MAX_UPLOAD_BYTES,
    UNSENT_HOURS,
)
from files import kinds, pictures, storing
from files.names import clean_name, with_suffix

AT_ONCE, MOST_WAITING = 4, 8  # a part of the requests that this process answers at a time
WAIT_SECONDS = 15
PRUNED_AT_ONCE = 50

_places = threading.BoundedSemaphore(AT_ONCE + MOST_WAITING)
_turns = threading.BoundedSemaphore(AT_ONCE)


@dataclass(frozen=True, slots=True)
class _Made:
    """What is kept of an upload. Only what is shown has a type that browsers show."""

    path: Path
    name: str
    type: str
    width: int | None = None
    height: int | None = None
    thumb: Path | None = None


def upload_file(uploader_id: int, room_id: int, upload: "UploadedFile[Any]") -> shapes.Attachment:
    """Stores a file for a message to come. Pictures are drawn anew; the rest stays as it is."""
    limit_upload(uploader_id)
    size = upload.size or 0
    if size > MAX_UPLOAD_BYTES:
        raise TooLong(_("A file has at most %(most)d MiB."), most=MAX_UPLOAD_BYTES // 1024**2)
    if not size:
        raise BadRequest(_("This file is empty."))
    _prune_some()
    with _admitting(uploader_id, room_id, size):
        pass
    if not storing.has_room_for(size):
        raise database.unavailable(_("There is no room for files."))
    database.let_go()
    with _turn(), TemporaryDirectory() as folder:
        return _store(uploader_id, room_id, _make(upload, Path(folder)))


def refuse_over_quota(uploader_id: int, size: int) -> None:
    """Raises `RateLimited` where they have stored as much in a day as one person may, or would with this."""
    most = settings.UPLOAD_MIB_PER_DAY * storing.MIB
    since = timezone.now() - timedelta(days=1)
    lately = Attachment.objects.filter(uploader=uploader_id, at__gt=since)
    if most and lately.aggregate(size=Sum("size", default=0))["size"] + size > most:
        raise RateLimited(_("You have uploaded as much as one may in a day."))


def discard_upload(uploader_id: int, upload_id: int) -> None:
    """Takes back a file that was not sent."""
    with transaction.atomic():
        rows = Attachment.objects.filter(pk=upload_id, uploader=uploader_id, message=None)
        if not remove_rows(rows):
            raise NotFound(_("There is no such upload."))


def expired() -> QuerySet[Attachment]:
    """What was uploaded long ago and never sent."""
    return Attachment.objects.filter(
        message=None, at__lt=timezone.now() - timedelta(hours=UNSENT_HOURS)
    )


def prune_expired() -> int:
    """Removes the oldest of the expired, PRUNED_AT_ONCE at most; how many they were."""
    oldest = expired().order_by("at").values_list("pk", flat=True)[:PRUNED_AT_ONCE]
    with transaction.atomic():
        return remove_rows(Attachment.objects.filter(pk__in=list(oldest), message=None))


def remove_rows(rows: QuerySet[Attachment]) -> int:
    """Removes attachments, and their files once that is committed; how many they were."""
    locked = list(rows.select_for_update().order_by("pk"))
    Attachment.objects.filter(pk__in=[row.pk for row in locked]).delete()
    once_committed(partial(storing.remove, attaching.names_of(locked)))
    return len(locked)


@contextmanager
def _turn() -> Iterator[None]:
    """A few work, a few wait, the rest is told to come again: pages are to be answered meanwhile."""
    busy = database.unavailable(_("Too many uploads at once."))
    if not _places.acquire(blocking=False):
        raise busy
    try:
        if not _turns.acquire(timeout=WAIT_SECONDS):
            raise busy
        try:
            yield
        finally:
            _turns.release()
    finally:
        _places.release()


def _prune_some() -> None:
    """Whoever uploads makes room: so nobody has to remember a timer."""
    if expired().exists():
        prune_expired()


@contextmanager
def _admitting(uploader_id: int, room_id: int, size: int) -> Iterator[None]:
    """A transaction of somebody who may post in the room and upload as much."""
    with changing_as(room_id, uploader_id) as (change, me):
        refuse_silenced(change, me)
        # One's own uploads wait for each other here: together they keep to the quota.
        list(User.objects.filter(pk=uploader_id).select_for_update(no_key=True).values("pk"))
        unsent = Attachment.objects.filter(uploader=uploader_id, message=None)
        sums = unsent.aggregate(count=Count("pk"), size=Sum("size", default=0))
        if sums["count"] >= MAX_UNSENT_UPLOADS or sums["size"] + size > MAX_UNSENT_BYTES:
            raise RateLimited(_("You have too many files that were not sent yet."))
        refuse_over_quota(uploader_id, size)
        yield


def _make(upload: "UploadedFile[Any]", folder: Path) -> _Made:
    source = _on_disk(upload, folder)
    with source.open("rb") as file:
        kind = kinds.kind_of(file.read(kinds.HEAD_BYTES))
    name = clean_name(upload.name or "")
    if kind not in kinds.PICTURES:
        return _Made(source, name, kind)
    try:
        picture = pictures.remake(source, folder)
    except pictures.TooLarge:
        raise TooLong(_("This picture has too many pixels.")) from None
    except pictures.Busy:
        raise database.unavailable(_("Too many pictures at once.")) from None
    except pictures.Unreadable:
        return _Made(source, name, kinds.UNKNOWN)  # broken, or an endless animation: not shown
    return _Made(
        path=folder / "picture",
        name=with_suffix(name, kinds.suffixes(picture.type)),
        type=picture.type,
        width=picture.width,
        height=picture.height,
        thumb=folder / "thumb" if picture.has_thumb else None,
    )


def _on_disk(upload: "UploadedFile[Any]", folder: Path) -> Path:
    """The large ones are there already."""
    if hasattr(upload, "temporary_file_path"):
        return Path(upload.temporary_file_path())
    path = folder / "upload"
    with path.open("wb") as file:
        for piece in upload.chunks():
            file.write(piece)
    return path


def _store(uploader_id: int, room_id: int, made: _Made) -> shapes.Attachment:
    size = made.path.stat().st_size
    stored: list[str] = []
    row = None
    try:
        for folder, path in (("attachments", made.path), ("thumbs", made.thumb)):
            if path is not None:
                with path.open("rb") as file:
                    stored.append(storing.save(folder, File(file)))
        with _admitting(uploader_id, room_id, size):
            row = Attachment.objects.create(
                room_id=room_id,
                uploader_id=uploader_id,
                file=stored[0],
                thumb=stored[1] if made.thumb else "",
                name=made.name,
                type=made.type,
                size=size,
                width=made.width,
                height=made.height,
            )
    except BaseException:
        if row is None:  # else it may be committed, though the answer to that was lost
            storing.remove(stored)
        raise
    return payloads.attachment(row)
