"""allauth's forms for codes, in our words and for fingers that type codes as they come."""

import re
import unicodedata
from typing import Any

from allauth.account import forms as account_forms
from allauth.core import context
from allauth.mfa import app_settings
from allauth.mfa.base import forms as base_forms
from allauth.mfa.totp import forms as totp_forms
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .forms import PlainForm
from .models import User
from .two_factor import FIRST_STEP, WRONG_CODE

MAX_CODE = 32  # as it is typed
_AS_DIGITS = {"autocomplete": "one-time-code", "inputmode": "numeric", "maxlength": str(MAX_CODE)}


class CodeForm(PlainForm):
    """Digits of any width, with spaces or without."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs |= _AS_DIGITS
        # Before it is normalised: to sort a pile of accents takes seconds in which no other thread runs.
        self.fields["code"].validators.append(MaxLengthValidator(MAX_CODE, WRONG_CODE))
        self.word("code", pgettext_lazy("sign-in", "Code"), self.help_text())

    def help_text(self) -> Any:
        return _("From your authenticator app, or one of your recovery codes.")

    def clean_code(self) -> str:
        given = unicodedata.normalize("NFKC", self.cleaned_data["code"])
        self.cleaned_data["code"] = re.sub(r"[\s-]", "", given)
        code: str = super().clean_code()  # type: ignore[misc]
        return code


class OnceForm(CodeForm):
    """A code opens once. allauth forgets that after one period, while we take one from before and after."""

    user: User

    def clean_code(self) -> str:
        code = super().clean_code()
        periods = 2 * app_settings.TOTP_TOLERANCE + 1
        used = f"accounts.two_factor.used:{self.user.pk}:{code}"
        if not cache.add(used, value=True, timeout=app_settings.TOTP_PERIOD * periods):
            raise ValidationError(WRONG_CODE, code="incorrect_code")
        return code


class AuthenticateForm(OnceForm, base_forms.AuthenticateForm):
    """The second step, which is none after a first with a password that has been changed meanwhile."""

    def clean_code(self) -> str:
        first = context.request.session.get(FIRST_STEP)
        if first != self.user.get_session_auth_hash():
            raise ValidationError(_("Your password was changed. Sign in with the new one."))
        return super().clean_code()


class ReauthenticateCodeForm(OnceForm, base_forms.ReauthenticateForm):
    pass


class ActivateForm(CodeForm, totp_forms.ActivateTOTPForm):
    def help_text(self) -> Any:
        return _("The six digits that the app shows now.")


class ReauthenticatePasswordForm(PlainForm, account_forms.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.word("password", _("Password"))
