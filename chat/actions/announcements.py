"""What whoever runs the site has to say, as a system message: it has no author, because nobody of the room
said it, and takes its place among the others, so it reaches those who come later too."""

from collections.abc import Iterator

from django.utils.translation import gettext_noop as _

from chat.actions.audit import record
from chat.actions.changing import changing
from chat.errors import BadRequest, Conflict, TooLong
from chat.models import Message, Room

NAME = "announcement"
MAX_TEXT = 1_000
# A room that has heard it so few messages ago is left out: who runs the command again says nothing twice.
RECENT = 50


def announce_everywhere(text: str) -> Iterator[tuple[int, bool]]:
    """In all rooms but the archived and the direct ones; of each its id, and whether it was said now."""
    text = _fit(text)
    rooms = Room.objects.exclude(kind=Room.Kind.DIRECT).filter(archived_at=None)
    for room_id in list(rooms.order_by("pk").values_list("pk", flat=True)):
        try:
            yield room_id, announce(room_id, text)
        except Conflict:
            yield room_id, False  # archived a moment ago


def announce(room_id: int, text: str) -> bool:
    """Whether it was said now. Its caller has seen to who may."""
    text = _fit(text)
    with changing(room_id) as change:
        if change.room.archived_at is not None:
            raise Conflict(_("This room is archived."))
        if _has_heard(change.room, text):
            return False
        change.announce(NAME, text=text)
        record("room.announce", actor_id=None, room=change.room, seq=change.room.last_seq)
        return True


def _has_heard(room: Room, text: str) -> bool:
    recent = Message.objects.filter(room=room, seq__gt=room.last_seq - RECENT, kind="system")
    said = {"name": NAME, "params": {"text": text}}
    return any(event == said for event in recent.values_list("event", flat=True))


def _fit(text: str) -> str:
    """On one line, as what the system says is shown."""
    text = " ".join(text.replace("\0", " ").split())
    if not text:
        raise BadRequest(_("An announcement needs some text."))
    if len(text) > MAX_TEXT:
        raise TooLong(_("An announcement has at most %(most)d characters."), most=MAX_TEXT)
    return text
