"""Links that let people sign up. Whoever made one and is not of the staff any more, or whose account is
closed, has left no door open behind them; where they come back, so does what they had made."""

from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .models import Invitation, User


def link(invitation: Invitation) -> str:
    path = reverse("account_signup", query={"invite": invitation.code})
    return f"{settings.SITE_URL}{path}"


def make(*, uses: int, lasting: timedelta) -> Invitation:
    """By whoever runs the site: it has no maker."""
    return Invitation.objects.create(max_uses=uses, expires_at=timezone.now() + lasting)


def is_valid(code: str) -> bool:
    return _valid(code).exists()


def redeem(code: str) -> None:
    """Counts one use, in the transaction of the sign-up. Raises ValidationError where none is left."""
    if not _valid(code).update(uses=F("uses") + 1):
        raise ValidationError(_("This invitation is no longer valid."), code="invitation")


def _valid(code: str) -> QuerySet[Invitation]:
    if "\0" in code:  # PostgreSQL does not even take the question
        return Invitation.objects.none()
    unexpired = Q(expires_at__isnull=True) | Q(expires_at__gt=timezone.now())
    unused = Q(max_uses__isnull=True) | Q(uses__lt=F("max_uses"))
    # No join: `redeem` counts under the lock of the row, which PostgreSQL then reads anew.
    staff = User.objects.filter(is_active=True, is_staff=True)
    kept = Q(created_by__isnull=True) | Q(created_by__in=staff)
    return Invitation.objects.filter(unexpired, unused, kept, code=code, revoked_at__isnull=True)
