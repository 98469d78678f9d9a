"""Links that let people sign up. Whoever made one and is not of the staff any more, or whose account is
closed, has left no door open behind them; where they come back, so does what they had made."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .models import Invitation, User
from .signals import privileged_act


def link(invitation: Invitation) -> str:
    path = reverse("account_signup", query={"invite": invitation.code})
    return f"{settings.SITE_URL}{path}"


def make(*, uses: int, lasting: timedelta) -> Invitation:
    """By whoever runs the site: it has no maker."""
    with transaction.atomic():
        expires_at = timezone.now() + lasting
        invitation = Invitation.objects.create(max_uses=uses, expires_at=expires_at)
        record_made(invitation)
    return invitation


def record_made(invitation: Invitation) -> None:
    details = {"invitation": invitation.pk, "uses": invitation.max_uses}
    _record("invitation.create", invitation.created_by_id, details)


def revoke(found: QuerySet[Invitation], *, actor_id: int) -> int:
    """How many of them were good until then."""
    with transaction.atomic():
        good = found.filter(revoked_at__isnull=True).select_for_update()
        ids = list(good.values_list("pk", flat=True))
        Invitation.objects.filter(pk__in=ids).update(revoked_at=timezone.now())
        for pk in ids:
            _record("invitation.revoke", actor_id, {"invitation": pk})
    return len(ids)


def is_valid(code: str) -> bool:
    return _valid(code).exists()


def redeem(code: str) -> None:
    """Counts one use, in the transaction of the sign-up. Raises ValidationError where none is left."""
    if not _valid(code).update(uses=F("uses") + 1):
        raise ValidationError(_("This invitation is no longer valid."), code="invitation")


def _record(action: str, actor_id: int | None, details: dict[str, Any]) -> None:
    privileged_act.send(
        sender=Invitation, action=action, actor_id=actor_id, user_id=None, details=details
    )


def _valid(code: str) -> QuerySet[Invitation]:
    if "\0" in code:  # PostgreSQL does not even take the question
        return Invitation.objects.none()
    unexpired = Q(expires_at__isnull=True) | Q(expires_at__gt=timezone.now())
    unused = Q(max_uses__isnull=True) | Q(uses__lt=F("max_uses"))
    # No join: `redeem` counts under the lock of the row, which PostgreSQL then reads anew.
    staff = User.objects.filter(is_active=True, is_staff=True)
    kept = Q(created_by__isnull=True) | Q(created_by__in=staff)
    return Invitation.objects.filter(unexpired, unused, kept, code=code, revoked_at__isnull=True)
