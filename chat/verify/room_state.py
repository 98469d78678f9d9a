"""What rooms' rows say and what their other rows come to, read in one statement, so at one moment."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from chat.models import Membership, Message, Room

ROOMS_AT_ONCE = 500

_COLUMNS = (
    "id",
    "kind",
    "direct_key",
    "first_seq",
    "last_seq",
    "last_rev",
    "meta_rev",
    "member_count",
    "last_message_at",
)


@dataclass(frozen=True, slots=True)
class RoomState:
    """First the columns of the room, then what was found; None where there are no messages."""

    id: int
    kind: str
    direct_key: str | None
    first_seq: int
    last_seq: int
    last_rev: int
    meta_rev: int
    member_count: int
    last_message_at: datetime | None

    members: int
    highest_member_rev: int
    highest_message_rev: int
    oldest: int | None
    newest: int | None
    newest_at: datetime | None

    @property
    def messages(self) -> int:
        """How many there should be."""
        return max(0, self.last_seq - self.first_seq + 1)

    @property
    def highest_seq(self) -> int:
        """No message that was stored before now has a higher one."""
        return max(self.last_seq, self.newest or 0)

    @property
    def highest_rev(self) -> int:
        """No row that was changed before now has a higher one."""
        found = max(self.highest_message_rev, self.highest_member_rev, self.meta_rev)
        return max(self.last_rev, found, self.highest_seq)


def read(room_id: int) -> RoomState | None:
    return next(iter(_read(Room.objects.filter(pk=room_id))), None)


def read_span(first: int, last: int) -> list[RoomState]:
    """Those of the rooms from one id to another, in the order of their ids."""
    return _read(Room.objects.filter(pk__range=(first, last)).order_by("pk"))


def pages_of_ids(last: int) -> Iterator[list[int]]:
    """All rooms' up to the last, in order."""
    after = 0
    ids = Room.objects.filter(pk__lte=last).order_by("pk").values_list("pk", flat=True)
    while page := list(ids.filter(pk__gt=after)[:ROOMS_AT_ONCE]):
        yield page
        after = page[-1]


def last_id() -> int:
    return Room.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def first_seq_now(room_id: int) -> int | None:
    """None where the room is gone."""
    return Room.objects.filter(pk=room_id).values_list("first_seq", flat=True).first()


def _read(rooms: QuerySet[Room]) -> list[RoomState]:
    messages = Message.objects.filter(room=OuterRef("pk"))
    memberships = Membership.objects.filter(room=OuterRef("pk"))
    newest = messages.order_by("-seq", "-pk")
    found = {
        "members": _or_zero(_count(memberships.active())),
        "highest_member_rev": _or_zero(memberships.order_by("-rev").values("rev")[:1]),
        "highest_message_rev": _or_zero(messages.order_by("-rev").values("rev")[:1]),
        "oldest": Subquery(messages.order_by("seq").values("seq")[:1]),
        "newest": Subquery(newest.values("seq")[:1]),
        "newest_at": Subquery(newest.values("at")[:1]),
    }
    return [RoomState(*row) for row in rooms.annotate(**found).values_list(*_COLUMNS, *found)]


def _count(rows: QuerySet[Membership]) -> QuerySet[Any, Any]:
    return rows.order_by().values("room").annotate(number=Count("pk")).values("number")


def _or_zero(value: QuerySet[Any, Any]) -> Coalesce:
    return Coalesce(Subquery(value), 0)
