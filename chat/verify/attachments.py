"""Attachments against their messages, and against the files they stand for."""

from collections.abc import Iterator

from django.core.exceptions import SuspiciousOperation
from django.core.files.storage import default_storage
from django.db.models import F

from chat.models import Attachment

from .finding import Finding
from .pages import Tick, walk


def check(room_id: int | None, tick: Tick) -> Iterator[Finding]:
    """Those of one room, or all. `tick` gets each attachment once."""
    rows = Attachment.objects.all() if room_id is None else Attachment.objects.filter(room=room_id)
    columns = rows.annotate(message_room=F("message__room_id")).values_list(
        "id", "pk", "room_id", "message_room", "message__seq", "file", "thumb", "size"
    )
    for pk, _, room, message_room, seq, file, thumb, size in walk(columns, "id", 0, tick):
        if message_room not in {None, room}:
            detail = f"attachment {pk} is of room {room}, but its message of room {message_room}"
            yield Finding("attachment", detail, room, seq)
        troubles = [_trouble(file, size), _trouble(thumb, None) if thumb else None]
        if any(troubles) and Attachment.objects.filter(pk=pk).exists():
            for trouble in filter(None, troubles):
                yield Finding("attachment", f"attachment {pk}: {trouble}", room, seq)


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
