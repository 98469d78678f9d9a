from collections.abc import Callable
from typing import Any, TypeVar, cast

from csp.decorators import csp_replace
from django.conf import settings
from django.contrib.admin import AdminSite

View = TypeVar("View", bound=Callable[..., Any])

# Django's admin loads jQuery, and jQuery sets innerHTML as soon as it is loaded: under Trusted Types
# nothing of the admin's scripts would run. Scripts still come from this site alone, none is inline.
_without_trusted_types = csp_replace({"require-trusted-types-for": None, "trusted-types": None})


class ChatAdminSite(AdminSite):
    """Django's own, under the site's name and a policy that its scripts can live with."""

    site_header = site_title = settings.SITE_NAME

    def admin_view(self, view: View, cacheable: bool = False) -> View:  # noqa: FBT001, FBT002
        return cast(View, _without_trusted_types(super().admin_view(view, cacheable)))
