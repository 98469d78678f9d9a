"""Where allauth asks this site how it wants things done."""

import logging
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import ratelimit
from django.conf import settings
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _

from . import invitations, known_browsers, sign_ins
from .browsers import recognise
from .models import User
from .names import normal_username, validate_username
from .post import post
from .preferences import chosen_language
from .registration import TAKEN, is_taken, register
from .two_factor import FIRST_STEP

log = logging.getLogger(__name__)

_MISMATCH = _("Wrong username or password.")


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _MISMATCH,
        "username_password_mismatch": _MISMATCH,
        "too_many_login_attempts": _("Too many failed tries. Please try again in a few minutes."),
        "email_taken": _("Another account has this address."),
        "enter_current_password": _("This is not your current password."),
        "incorrect_password": _("This is not your current password."),
        "rate_limited": _("Too many failed tries. Please try again in a few minutes."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        if settings.SIGN_UP == "invite":
            return invitations.is_valid(invite_code(request))
        return settings.SIGN_UP in {"open", "approval"}

    def is_safe_url(self, url: str) -> bool:
        try:
            return bool(super().is_safe_url(url))
        except ValueError:  # `http://[` and others that urllib cannot take apart
            return False

    def clean_username(self, username: str, *, shallow: bool = False) -> str:
        """The username as typed: in its normal form it signs in, but its capitals may be the name's."""
        normal = normal_username(username)
        validate_username(normal)
        if not shallow and is_taken(normal):
            raise ValidationError(TAKEN, code="unique")
        return username

    def save_user(self, request: HttpRequest, user: object, form: Form, **_: object) -> User:
        data, code = form.cleaned_data, invite_code(request)
        is_invited = settings.SIGN_UP == "invite" or (
            settings.SIGN_UP == "approval" and invitations.is_valid(code)
        )
        return register(
            username=data["username"],
            password=data["password1"],
            name=data["name"],
            email=data["email"],
            guard=(lambda: invitations.redeem(code)) if is_invited else None,
            waits=settings.SIGN_UP == "approval" and not is_invited,
        )

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        if user.waits_since:
            return redirect("account_waiting")
        response: HttpResponse = super().respond_user_inactive(request, user)
        return response

    def set_password(self, user: User, password: str) -> None:
        user.set_password(password)
        user.save(update_fields=["password"])  # the row's other columns may have moved on

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Nothing: pages say themselves what happened, and no page of ours shows the pile of messages."""

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account_change_password_done")

    def get_reset_password_from_key_url(self, key: str) -> str:
        # The site's own address: the one of the request is the visitor's word.
        return settings.SITE_URL + urlsplit(super().get_reset_password_from_key_url(key)).path

    def post_login(self, request: HttpRequest, user: User, **how: Any) -> HttpResponse:
        """An owner of the account who did not sign in here hears of it, and can end it."""
        request.session.pop(FIRST_STEP, None)
        sign_ins.forget_old(user.pk)
        if not how["signup"] and not known_browsers.is_known(request, user.pk):
            self._tell_of_sign_in(request, user)
        response: HttpResponse = super().post_login(request, user, **how)
        return response

    def _tell_of_sign_in(self, request: HttpRequest, user: User) -> None:
        if not (user.email and user.sign_in_alerts and settings.MAILS_LEAVE):
            return
        if not ratelimit.consume(request, action="tell_of_sign_in", user=user):
            return
        context = {
            "user": user,
            "browser": recognise(request.META.get("HTTP_USER_AGENT", "")),
            "address": request.META.get("REMOTE_ADDR", ""),
            "at": timezone.now(),
            "sessions_url": settings.SITE_URL + reverse("account_sessions"),
        }
        self.send_mail("account/email/new_sign_in", user.email, context)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        try:
            with _language_of(context):
                super().send_mail(template_prefix, email, context)
        except (
            OSError
        ):  # all that smtplib and sockets raise; the page must not tell who has an account
            log.exception("No mail could be sent (EMAIL_URL): %s", template_prefix)

    def post_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Whoever asked for it does not wait until it is sent: it may be one of many."""
        with _language_of(context):
            post.send(self.render_mail(template_prefix, email, context))


def invite_code(request: HttpRequest) -> str:
    return request.POST.get("invite") or request.GET.get("invite", "")


def _language_of(context: dict[str, Any]) -> override:
    """The reader's."""
    return override(chosen_language(context.get("user")) or get_language())
