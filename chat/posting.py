"""Whether somebody may post in a room now, apart from its pace. A batch of drafts is asked the same by
`message_store`, of all its authors at once."""

from collections.abc import Sequence
from datetime import UTC, datetime

from . import message_sql
from .errors import ChatError
from .models import Room
from .permissions import InForce, posting_refusal, sanctions_on
from .queries import readable


def refusal_in(
    room: Room, user_id: int, sanctions: Sequence[InForce], now: datetime
) -> ChatError | None:
    """What a member of the room who is under these sanctions there would be told on posting."""
    direct = [room.pk] if room.kind == Room.Kind.DIRECT else []
    blocked = message_sql.read_blocked_pairs(direct)
    is_blocked = (room.pk, user_id) in blocked
    return posting_refusal(sanctions, room.archived_at, now, is_blocked=is_blocked)


def check_posting(author_id: int, room_id: int) -> None:
    """Raises what a message there would be refused with. The writer decides anew."""
    room, now = readable(author_id, room_id).room, datetime.now(UTC)
    sanctions = message_sql.read_sanctions([author_id], now)
    if refusal := refusal_in(room, author_id, sanctions_on(sanctions, author_id, room_id), now):
        raise refusal
