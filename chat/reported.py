"""What was reported in a room and waits for a decision. With their own part in the room its owners and
moderators are told what is theirs to decide; those who keep order on the whole site have the same queue."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from django.db.models import BigIntegerField, Count, ExpressionWrapper, F, Min, OuterRef, Subquery
from msgspec import UNSET, UnsetType

from .models import Membership, Report
from .permissions import can_judge
from .protocol.limits import MAX_TOLD_REPORTS

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
    """A message, how many report it, and how its author stands in the room now."""

    seq: int
    count: int
    author_id: int
    author_role: str | None

    def is_for(self, user_id: int, role: str) -> bool:
        return can_judge(user_id, role, self.author_id, self.author_role)


WaitingByRoom = Mapping[int, Sequence[Waiting]]


def waiting_for(standings: Iterable[Standing]) -> WaitingByRoom:
    """What waits in those of the rooms that somebody keeps order in; no query where there are none."""
    return waiting_in({one.room_id for one in standings if one.role in KEEPERS})


def waiting_in(room_ids: Iterable[int]) -> WaitingByRoom:
    """By room, the first reported first; one query, which goes through what waits on the whole site."""
    found: dict[int, list[Waiting]] = defaultdict(list)
    # Not the bare column: while nobody counted its rows, SQLite would go through all that was said there.
    place = ExpressionWrapper(F("message__room_id") + 0, output_field=BigIntegerField())
    active = Membership.objects.active()
    author = active.filter(room=OuterRef("message__room"), user=OuterRef("message__author"))
    rooms = list(room_ids)
    rows = (
        Report.objects.filter(decided_at=None)
        .annotate(place=place, author_role=Subquery(author.values("role")))
        .filter(place__in=rooms)
        .values("place", "message__seq", "message__author", "author_role")
        .annotate(count=Count("pk"), first=Min("pk"))
        .order_by("first")
    )
    for row in rows if rooms else []:
        waiting = Waiting(
            seq=row["message__seq"],
            count=row["count"],
            author_id=row["message__author"],
            author_role=row["author_role"],
        )
        found[row["place"]].append(waiting)
    return found


def told_to(own: Standing, waiting: WaitingByRoom) -> list[tuple[int, int]] | UnsetType:
    """What of it is the member's to decide, as their own part in the room has it."""
    rows = waiting.get(own.room_id, ()) if own.role in KEEPERS else ()
    mine = [(one.seq, one.count) for one in rows if one.is_for(own.user_id, own.role)]
    return mine[:MAX_TOLD_REPORTS] or UNSET
