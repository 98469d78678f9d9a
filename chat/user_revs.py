"""The numbers of what concerns one user alone (`user_feeds.py` tells of it)."""

from collections.abc import Collection, Iterable

from django.db.models import F

from accounts import locks
from accounts.models import User


def user_revs(user_ids: Iterable[int]) -> dict[int, int]:
    """The current rev of each user's own affairs; one query."""
    return dict(User.objects.filter(pk__in=user_ids).values_list("pk", "rev"))


def next_user_revs(user_ids: Collection[int]) -> dict[int, int]:
    """Takes the next rev of each, inside the caller's transaction, which holds their rows until its end."""
    if not user_ids:
        return {}
    locks.end_first_round(user_ids)
    rows = User.objects.filter(pk__in=user_ids)
    locked = rows.select_for_update(no_key=True).order_by("pk").values_list("pk", "rev")
    revs = {user_id: rev + 1 for user_id, rev in locked}
    rows.update(rev=F("rev") + 1)
    return revs
