"""Reports against the messages that they are about."""

from collections.abc import Iterator

from chat.models import Report

from .finding import Finding
from .pages import ignore, walk


def check() -> Iterator[Finding]:
    """One that is kept under another room than its message's, whose keepers would decide on it."""
    places = Report.objects.values_list("id", "pk", "room", "message__room", "message__seq")
    for _, pk, room_id, message_room, seq in walk(places, "id", 0, ignore):
        if room_id != message_room:
            detail = f"report {pk} is of room {room_id}, but its message of room {message_room}"
            yield Finding("report", detail, message_room, seq)
