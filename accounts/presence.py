"""What is stored of people's presence: when they were last seen, and whether they hide."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from . import locks
from .models import User

PART = 500


def note_seen(user_ids: Collection[int], at: datetime) -> None:
    """They were here until now; PART of them at a time."""
    ids = sorted(user_ids)
    for start in range(0, len(ids), PART):
        part = ids[start : start + PART]
        with transaction.atomic():
            locks.end_first_round(part)
            rows = User.objects.filter(pk__in=part)
            locked = rows.select_for_update(no_key=True).order_by("pk")  # as everywhere
            rows.filter(pk__in=list(locked.values_list("pk", flat=True))).update(last_seen=at)
