"""The set-up link: makes the first owner, and nobody without the link can become one.

`make run` prints it while there is no active owner. It holds for a day; once there is an owner every
such link is dead, whenever it was printed.
"""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, TimestampSigner
from django.db import connection
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from .models import User
from .registration import register

LINK_SECONDS = 24 * 60 * 60
_SUBJECT = "owner"
_LOCK = 7_083_102_440  # any number that no other pg_advisory lock of this project has


def link() -> str | None:
    """The absolute address that makes an owner; None when there is one."""
    if owner_exists():
        return None
    path = reverse("account_setup", args=[_signer().sign(_SUBJECT)])
    return f"{settings.SITE_URL}{path}"


def opens(token: str) -> bool:
    """Whether a link with this token may still be used."""
    try:
        subject = _signer().unsign(token, max_age=LINK_SECONDS)
    except BadSignature:
        return False
    return subject == _SUBJECT and not owner_exists()


def make_owner(*, username: str, password: str, name: str = "", email: str = "") -> User:
    """Registers the first owner. Of two who use the link at once, the second gets ValidationError."""
    return register(
        username=username,
        password=password,
        name=name,
        email=email,
        guard=_refuse_second_owner,
        by_operator=True,
        is_superuser=True,
        is_staff=True,
    )


def owner_exists() -> bool:
    return User.objects.filter(is_superuser=True, is_active=True).exists()


def _refuse_second_owner() -> None:
    if connection.vendor == "postgresql":  # SQLite has one writer at a time anyway
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    if owner_exists():
        raise ValidationError(_("This site has an owner already."), code="has_owner")


def _signer() -> TimestampSigner:
    return TimestampSigner(sep=".", salt="accounts.setup")
