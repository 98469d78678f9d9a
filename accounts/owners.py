"""Those who own the site, of whom there is always one whose account is in use; and who judges whom."""

from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from . import locks
from .models import User

_ONLY_ONE = _("Make somebody else an owner first: this account is the only one.")


def owns_site(user: object) -> bool:
    """Whether whoever asks for a page is an owner; a stranger is none."""
    return bool(getattr(user, "is_superuser", False))


def take_beside_owners(user_id: int, others: Collection[int]) -> bool:
    """`locks.take`, and no owner ceases to be one before the transaction ends: of two, each might leave it to
    the other."""
    owners = User.objects.filter(is_superuser=True, is_active=True)
    return locks.take(user_id, {*others, *owners.values_list("pk", flat=True)})


def may_judge(actor: User, user: User) -> bool:
    """Whether what the actor may do to accounts reaches this one: an owner's reaches all, that of others of
    the staff neither owners nor staff."""
    return actor.is_superuser or not (user.is_staff or user.is_superuser)


def refuse_last_owner(user: User) -> None:
    """Raises `ValidationError` where nobody else would be left."""
    others = User.objects.filter(is_superuser=True, is_active=True).exclude(pk=user.pk)
    if user.is_superuser and user.is_active and not others.exists():
        raise ValidationError(_ONLY_ONE, code="last_owner")
