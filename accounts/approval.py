"""Sign-up that somebody has to agree to (SIGN_UP=approval). Until then the account is there, so that its name
is nobody else's, but closed, and chat does not know it."""

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from .committed import once_committed
from .models import User
from .signals import privileged_act, user_registered, user_registering


def approve(users: QuerySet[User], *, actor_id: int) -> int:
    """Lets those in who wait; how many they were.

    Each in a transaction: it holds the lock of the room in which newcomers begin, and everybody there would
    have to wait until the last of many is in.
    """
    ids = list(_waiting(users).order_by("pk").values_list("pk", flat=True))
    return sum(_let_in(user_id, actor_id) for user_id in ids)


def refuse(users: QuerySet[User], *, actor_id: int) -> int:
    """Their accounts stay closed and wait no more."""
    with transaction.atomic():
        found = _settle(users, is_active=False)
        for user in found:
            _record("user.refuse", actor_id, user)
    return len(found)


def _let_in(user_id: int, actor_id: int) -> int:
    """0 where somebody has decided meanwhile."""
    with transaction.atomic():
        user_registering.send(sender=User, user_id=user_id)
        found = _settle(User.objects.filter(pk=user_id), is_active=True)
        for user in found:
            user_registered.send(sender=User, user=user)
            _record("user.approve", actor_id, user)
            _write_to(user)
    return len(found)


def _settle(users: QuerySet[User], *, is_active: bool) -> list[User]:
    found = list(_waiting(users).select_for_update().order_by("pk"))
    for user in found:
        user.is_active, user.waits_since = is_active, None
        user.save(update_fields=["is_active", "waits_since"])
    return found


def _waiting(users: QuerySet[User]) -> QuerySet[User]:
    return User.objects.filter(pk__in=users.values("pk"), waits_since__isnull=False)


def _write_to(user: User) -> None:
    """Once it is committed, and with nobody waiting for the mail server: they may be many. Nobody has asked
    for this mail, so none is only printed."""
    if (email := user.email) and settings.MAILS_LEAVE:
        mail, context = "account/email/let_in", {"user": user}
        once_committed(lambda: get_adapter().post_mail(mail, email, context))


def _record(action: str, actor_id: int, user: User) -> None:
    privileged_act.send(sender=User, action=action, actor_id=actor_id, user_id=user.pk)
