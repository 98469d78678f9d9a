"""Who may read and not write. It is told with their own part in each of their rooms, of a mute everywhere as
of one in that room alone; when one that has an end ends, whoever was told knows by themselves."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime

from django.db.models import Q
from msgspec import UNSET, UnsetType

from . import payloads
from .models import Sanction
from .protocol.shapes import Mute

# By user and room (None: everywhere), until when; None is for good.
Mutes = Mapping[tuple[int, int | None], datetime | None]


def mutes_of(user_ids: Collection[int]) -> Mutes:
    """Those in force; one query."""
    lasting = Q(until=None) | Q(until__gt=datetime.now(UTC))
    found = Sanction.objects.filter(
        lasting, user__in=user_ids, kind=Sanction.Kind.MUTE, lifted_at__isnull=True
    )
    rows = found.values_list("user_id", "room_id", "until")
    return {(user_id, room_id): until for user_id, room_id, until in rows}


def mute_in(mutes: Mutes, user_id: int, room_id: int) -> Mute | UnsetType:
    """Of that everywhere and that in the room, the one that lasts longer."""
    places = [(user_id, None), (user_id, room_id)]
    ends = [mutes[place] for place in places if place in mutes]
    if not ends:
        return UNSET
    known = [end for end in ends if end is not None]
    return Mute(until=payloads.maybe(max(known)) if len(known) == len(ends) else None)
