"""What was reported in a room and waits for a decision. With their own part in the room its owners and
moderators are told what is theirs to decide; those who keep order on the whole site have the same queue."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from django.db.models import Count, Max, Min, OuterRef, QuerySet, Subquery
from msgspec import UNSET, UnsetType

from .models import Membership, Report, Room
from .permissions import can_judge
from .protocol.limits import MAX_TOLD_REPORTS

MOST_COUNTED = 5_000
KEEPERS = (Membership.Role.OWNER, Membership.Role.MODERATOR)


class Standing(Protocol):
    """A membership, or what of one was read."""

    @property
    def user_id(self) -> int: ...
    @property
    def room_id(self) -> int: ...
    @property
    def role(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message, how many report it up to which report, and how its author stands in the room now."""

    seq: int
    count: int
    last: int
    author_id: int
    author_role: str | None

    def is_for(self, user_id: int, role: str) -> bool:
        return can_judge(user_id, role, self.author_id, self.author_role)


WaitingByRoom = Mapping[int, Sequence[Waiting]]


def waiting_for(standings: Iterable[Standing]) -> WaitingByRoom:
    """What waits in those of the rooms that somebody keeps order in; no query where there are none."""
    return waiting_in({one.room_id for one in standings if one.role in KEEPERS})


def waiting_in(room_ids: Iterable[int]) -> WaitingByRoom:
    """By room, the first reported first. Of a room no more than MOST_COUNTED complaints are looked at: what
    comes after them is seen once they are decided."""
    found: dict[int, list[Waiting]] = defaultdict(list)
    rooms = list(room_ids)
    active = Membership.objects.active()
    author = active.filter(room=OuterRef("room"), user=OuterRef("message__author"))
    rows = (
        _counted(rooms)
        .annotate(author_role=Subquery(author.values("role")))
        .values("room", "message__seq", "message__author", "author_role")
        .annotate(count=Count("pk"), first=Min("pk"), last=Max("pk"))
        .order_by("first")
    )
    for row in rows:
        waiting = Waiting(
            seq=row["message__seq"],
            count=row["count"],
            last=row["last"],
            author_id=row["message__author"],
            author_role=row["author_role"],
        )
        found[row["room"]].append(waiting)
    return found


def _counted(rooms: list[int]) -> QuerySet[Report]:
    counted = Report.objects.filter(decided_at=None, room__in=rooms)
    of_room = Report.objects.filter(decided_at=None, room=OuterRef("pk")).order_by("pk")
    end = Subquery(of_room.values("pk")[MOST_COUNTED : MOST_COUNTED + 1])
    for room_id, beyond in Room.objects.filter(pk__in=rooms).values_list("pk", end):
        if beyond is not None:
            counted = counted.exclude(room=room_id, pk__gte=beyond)
    return counted


def told_to(own: Standing, waiting: WaitingByRoom) -> list[tuple[int, int]] | UnsetType:
    """What of it is the member's to decide, as their own part in the room has it."""
    rows = waiting.get(own.room_id, ()) if own.role in KEEPERS else ()
    mine = [(one.seq, one.count) for one in rows if one.is_for(own.user_id, own.role)]
    return mine[:MAX_TOLD_REPORTS] or UNSET
