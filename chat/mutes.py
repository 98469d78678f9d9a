"""Who may read and not write. It is told with their own part in each of their rooms, of a mute everywhere as
of one in that room alone; when one that has an end ends, whoever was told knows by themselves."""

from msgspec import UNSET, UnsetType

from . import payloads
from .message_sql.rows import Sanctions
from .models import Sanction
from .permissions import sanctions_on
from .protocol.shapes import Mute


def mute_in(sanctions: Sanctions, user_id: int, room_id: int) -> Mute | UnsetType:
    """Of that everywhere and that in the room, the one that lasts longer."""
    found = sanctions_on(sanctions, user_id, room_id)
    ends = [until for kind, until in found if kind == Sanction.Kind.MUTE]
    if not ends:
        return UNSET
    known = [end for end in ends if end is not None]
    return Mute(until=payloads.maybe(max(known)) if len(known) == len(ends) else None)
