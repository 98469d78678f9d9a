"""Pages for those whom a ban keeps from the whole site: none but the one that says so."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.defaults import permission_denied

from . import access


class Banned(PermissionDenied):
    pass


def refuse_banned(user_id: int) -> None:
    """Raises `Banned`, which is a page of its own."""
    if access.is_banned(user_id):
        raise Banned(_("You are banned from this site."))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's `handler403`."""
    template = "banned.html" if isinstance(exception, Banned) else "403.html"
    return permission_denied(request, exception, template)
