"""Who changes accounts in the admin shows once more who they are."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from allauth.account.decorators import reauthentication_required
from allauth.core.exceptions import ReauthenticationRequired
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    AnyModelAdmin = admin.ModelAdmin[Any]
else:
    AnyModelAdmin = admin.ModelAdmin


class ProvingAdmin(AnyModelAdmin):
    """Saves nothing until whoever does it has shown that they are who signed in: a session that was left open
    is to become nobody's account or power for good. What they filled in stays on the page meanwhile."""

    def get_form(
        self,
        request: HttpRequest,
        obj: Any = None,
        change: bool = False,  # noqa: FBT001, FBT002
        **kwargs: Any,
    ) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        if obj is None or request.method != "POST" or is_proved(request):
            return form
        return type(form.__name__, (form,), {"clean": lambda _: _refuse_unproved(request)})


def is_proved(request: HttpRequest) -> bool:
    """Whether it is not long ago that this person gave their password, or a code, once more."""
    check: Callable[[HttpRequest], bool] = reauthentication_required(lambda _: True)
    try:
        return check(request)
    except ReauthenticationRequired:
        return False


def where_to_prove(request: HttpRequest) -> str:
    return f"{reverse('account_reauthenticate')}?{urlencode({'next': request.path})}"


def _refuse_unproved(request: HttpRequest) -> None:
    said = _("Nothing is saved yet: it is a while since you gave your password.")
    link = '{} <a href="{}" target="_blank">{}</a>'
    asks = _("Give it in another tab, then save here once more.")
    raise ValidationError(format_html(link, said, where_to_prove(request), asks))
