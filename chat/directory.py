"""What anybody signed in may find: public rooms."""

import unicodedata

from accounts.search import holding

from . import payloads
from .models import Membership, Room
from .protocol.commands import RoomList
from .protocol.limits import DEFAULT_PAGE, MAX_QUERY
from .protocol.results import RoomsResult


def public_rooms(reader_id: int, command: RoomList) -> RoomsResult:
    """One page by id; two queries, however many rooms there are. Archived ones are not for newcomers."""
    listed = Room.objects.filter(
        kind=Room.Kind.PUBLIC, archived_at__isnull=True, pk__gt=command.after
    )
    if words := _words(command.q):
        listed = listed.filter(holding("name", words) | holding("topic", words))
    rows = list(listed.order_by("pk")[: DEFAULT_PAGE + 1])
    page = rows[:DEFAULT_PAGE]
    memberships = Membership.objects.active().filter(user=reader_id, room__in=page)
    joined = set(memberships.values_list("room_id", flat=True))
    return RoomsResult(
        rooms=[payloads.listed_room(row, joined=row.pk in joined) for row in page],
        more=len(rows) > DEFAULT_PAGE,
    )


def _words(text: str) -> str:
    """As names are stored; what is longer than any name is cut, before it is normalised."""
    return unicodedata.normalize("NFC", " ".join(text[:MAX_QUERY].split()))
