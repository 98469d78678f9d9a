"""Taking accounts out of use, and back into it. Nothing of theirs is deleted."""

from django.db import transaction
from django.db.models import QuerySet

from .models import User
from .signals import access_changed


def deactivate(users: QuerySet[User]) -> int:
    """Ends all their sessions; how many accounts were in use.

    Whoever writes for a user holds their row FOR KEY SHARE, which a plain UPDATE does not wait for. This
    does: what is stored later than this was decided by the account as it is now.
    """
    with transaction.atomic():
        rows = User.objects.filter(pk__in=users.values("pk"), is_active=True).order_by("pk")
        ids = list(rows.select_for_update().values_list("pk", flat=True))
        User.objects.filter(pk__in=ids).update(is_active=False)
        for user_id in ids:
            access_changed.send(sender=User, user_id=user_id)
    return len(ids)


def reactivate(users: QuerySet[User]) -> int:
    return users.filter(is_active=False).update(is_active=True)
