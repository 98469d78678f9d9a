"""The second step of signing in: a code from an app, or one of the codes kept for the day it is lost.

allauth does it (`allauth.mfa`); here is what this site wants of it.
"""

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from .models import User
from .signals import privileged_act

FIRST_STEP = "accounts.first_step"  # in the session, until somebody has signed in
WRONG_CODE = _("This code is not right, or not any more. Wait for the next one.")


class TwoFactorAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": WRONG_CODE,
        "cannot_delete_authenticator": _("Whoever may use the administration needs it here."),
    }

    def get_totp_label(self, user: User) -> str:
        return user.username

    def build_totp_svg(self, url: str) -> str:
        """Dark on white in either theme: few cameras read it the other way round."""
        import qrcode
        from qrcode.image.svg import SvgPathFillImage

        image = qrcode.make(url, image_factory=SvgPathFillImage, border=2)
        return str(image.to_string(encoding="unicode"))

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        return not (settings.STAFF_NEEDS_2FA and authenticator.user.is_staff)


def is_on(user: User) -> bool:
    return bool(Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists())


def is_owed(user: User) -> bool:
    """Whether this person may not use the admin before they have it."""
    return bool(settings.STAFF_NEEDS_2FA and user.is_staff and not is_on(user))


def reset(user: User) -> bool:
    """Their password alone signs them in again; whether it did not before. By whoever runs the site."""
    with transaction.atomic():
        deleted, _by_model = Authenticator.objects.filter(user=user).delete()
        if deleted:
            action = "user.reset_two_factor"
            privileged_act.send(sender=User, action=action, actor_id=None, user_id=user.pk)
    return bool(deleted)
