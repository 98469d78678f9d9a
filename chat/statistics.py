"""How much there is: what an operator asks of a site, in a few statements that no room's size makes slow."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path

from django.db import connection
from django.db.models import Count, F, Q, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone
from msgspec import Struct

from accounts.models import User

from .models import Attachment, Message, Room


class People(Struct, frozen=True):
    """`seen` within the days that are asked for."""

    active: int
    deactivated: int
    owners: int
    seen: int


class Rooms(Struct, frozen=True):
    public: int
    private: int
    direct: int
    archived: int


class Storage(Struct, frozen=True):
    """`unsent` are files that hang on no message; `database_bytes` is 0 where it cannot be told."""

    files: int
    file_bytes: int
    unsent: int
    database_bytes: int


class Statistics(Struct, frozen=True):
    people: People
    rooms: Rooms
    messages: int
    by_day: Mapping[str, int]
    storage: Storage


def gather(days: int) -> Statistics:
    """`by_day` has those of the last so many days, UTC, today's last."""
    now = timezone.now()
    since = (now - timedelta(days=days - 1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return Statistics(
        people=people(since),
        rooms=rooms(),
        messages=messages(),
        by_day=_by_day(since, now.date()),
        storage=storage(),
    )


def people(since: datetime) -> People:
    counts = User.objects.aggregate(
        active=Count("pk", filter=Q(is_active=True)),
        deactivated=Count("pk", filter=Q(is_active=False, waits_since__isnull=True)),
        owners=Count("pk", filter=Q(is_active=True, is_superuser=True)),
        seen=Count("pk", filter=Q(is_active=True, last_seen__gte=since)),
    )
    return People(**counts)


def rooms() -> Rooms:
    counts = Room.objects.aggregate(
        archived=Count("pk", filter=Q(archived_at__isnull=False)),
        **{kind: Count("pk", filter=Q(kind=kind)) for kind in Room.Kind.values},
    )
    return Rooms(**counts)


def messages() -> int:
    """Without counting them: numbers have no gap."""
    held = Room.objects.aggregate(held=Sum(F("last_seq") - F("first_seq") + 1))["held"]
    return held or 0


def _by_day(since: datetime, today: date) -> dict[str, int]:
    rows = Message.objects.filter(pk__gte=_first_since(since), at__gte=since)
    counts = dict(
        rows.order_by().annotate(day=TruncDate("at")).values_list("day").annotate(n=Count("pk"))
    )
    days = (today - since.date()).days
    spanned = (since.date() + timedelta(days=n) for n in range(days + 1))
    return {day.isoformat(): counts.get(day, 0) for day in spanned}


def _first_since(since: datetime) -> int:
    """An id below which no message is of that time: ids grow with time but for moments, and by them the rows
    are found, of which no index knows the time."""
    since -= timedelta(hours=1)
    ends = Message.objects.order_by("pk").values_list("pk", flat=True)
    low, high = ends.first() or 0, (ends.last() or 0) + 1
    while low < high:
        middle = (low + high) // 2
        row = Message.objects.filter(pk__gte=middle).order_by("pk").values_list("pk", "at").first()
        if row is not None and row[1] < since:
            low = row[0] + 1
        else:
            high = middle
    return low


def storage() -> Storage:
    sums = Attachment.objects.aggregate(
        files=Count("pk"),
        file_bytes=Sum("size", default=0),
        unsent=Count("pk", filter=Q(message=None)),
    )
    return Storage(**sums, database_bytes=_database_bytes())


def _database_bytes() -> int:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_database_size(current_database())")
            return int(cursor.fetchone()[0])
    path = Path(connection.settings_dict["NAME"])
    parts = (path, path.with_name(f"{path.name}-wal"))
    return sum(part.stat().st_size for part in parts if part.exists())
