from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from csp.decorators import csp_replace
from django.conf import settings
from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from accounts import two_factor
from accounts.models import User
from accounts.origin import coming_from
from chat.banned import refuse_banned

from .overview import overview

View = TypeVar("View", bound=Callable[..., Any])

# Django's admin loads jQuery, and jQuery sets innerHTML as soon as it is loaded: under Trusted Types
# nothing of the admin's scripts would run. Scripts still come from this site alone, none is inline.
_without_trusted_types = csp_replace({"require-trusted-types-for": None, "trusted-types": None})


class ChatAdminSite(AdminSite):
    """Django's own, under the site's name and a policy that its scripts can live with."""

    site_header = site_title = settings.SITE_NAME
    index_title = _("Overview")
    index_template = "admin/overview.html"

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        return super().index(request, {"overview": overview(request)} | (extra_context or {}))

    def password_change(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        """One's own has its page in the settings, where wrong ones are counted. Django's counts none."""
        return cast(TemplateResponse, redirect("account_change_password"))

    def admin_view(self, view: View, cacheable: bool = False) -> View:  # noqa: FBT001, FBT002
        guarded = super().admin_view(_for_the_entitled(view), cacheable)
        return cast(View, _without_trusted_types(guarded))


def _for_the_entitled(view: View) -> View:
    """Leads staff who owe the site a second step to where they set it up; a ban is one from here too."""

    @wraps(view)
    def entitled(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        user = cast(User, request.user)
        refuse_banned(user.pk)
        if two_factor.is_owed(user):
            return redirect("mfa_index")
        with coming_from(request.META.get("REMOTE_ADDR", "")):  # for the audit log
            response: HttpResponseBase = view(request, *args, **kwargs)
        return response

    return cast(View, entitled)
