"""Taking accounts out of use, and back into it. Nothing of theirs is deleted but their sessions."""

from django.db import transaction
from django.db.models import QuerySet

from . import sign_ins
from .models import SignIn, User
from .owners import may_judge, refuse_last_owner, take_beside_owners
from .signals import access_changed, privileged_act, user_registered, user_registering


def deactivate(users: QuerySet[User], *, actor_id: int | None = None, reason: str = "") -> int:
    """Ends all their sessions, for good; how many accounts were in use. Raises `ValidationError` at the only
    owner of the site.

    Each in a transaction: it takes their row, and so waits for whoever writes of them, who would wait in turn
    for the rows that it had taken before.
    """
    ids = list(_those(users, is_active=True).values_list("pk", flat=True))
    return sum(_close(user_id, actor_id, reason) for user_id in ids)


def reactivate(users: QuerySet[User], *, actor_id: int | None = None, reason: str = "") -> int:
    """How many accounts are back in use. Whose sign-up was refused comes into use only now: it is announced,
    as all are; and each in a transaction, as in `approval.approve`."""
    ids = list(_those(users, is_active=False).values_list("pk", flat=True))
    return sum(_bring_back(user_id, actor_id, reason) for user_id in ids)


def _close(user_id: int, actor_id: int | None, reason: str) -> int:
    """Whoever writes for a user holds their row FOR KEY SHARE, which a plain UPDATE does not wait for. This
    does: what is stored later than this was decided by the account as it is now."""
    with transaction.atomic():
        take_beside_owners(user_id, () if actor_id is None else (actor_id,))
        refuse_last_owner(User.objects.get(pk=user_id))
        ids = _set_active(User.objects.filter(pk=user_id), actor_id, reason, to=False)
        # For good: one of them may be why.
        sign_ins.remove(SignIn.objects.filter(user__in=ids))
        for closed_id in ids:
            access_changed.send(sender=User, user_id=closed_id)
    return len(ids)


def _bring_back(user_id: int, actor_id: int | None, reason: str) -> int:
    with transaction.atomic():
        user_registering.send(sender=User, user_id=user_id)
        ids = _set_active(User.objects.filter(pk=user_id), actor_id, reason, to=True)
        for user in User.objects.filter(pk__in=ids):
            user_registered.send(sender=User, user=user)
    return len(ids)


def _those(users: QuerySet[User], *, is_active: bool) -> QuerySet[User]:
    """Without who waits for approval: they are let in by `approval` alone."""
    found = User.objects.filter(pk__in=users.values("pk"), is_active=is_active, waits_since=None)
    return found.order_by("pk")


def _set_active(users: QuerySet[User], actor_id: int | None, reason: str, *, to: bool) -> list[int]:
    """The ids of those who were not so before, and whom the actor may judge: between the choice and the lock
    one may have become an owner."""
    actor = User.objects.get(pk=actor_id) if actor_id else None
    rows = _those(users, is_active=not to).select_for_update()
    ids = [row.pk for row in rows if actor is None or may_judge(actor, row)]
    User.objects.filter(pk__in=ids).update(is_active=to)
    action = "user.reactivate" if to else "user.deactivate"
    for user_id in ids:
        privileged_act.send(
            sender=User, action=action, actor_id=actor_id, user_id=user_id, reason=reason
        )
    return ids
