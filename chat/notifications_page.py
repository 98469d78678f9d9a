"""The page on notifications: a time of rest, which is kept with the person. What only a browser knows,
such as whether it may make a sound, is chosen on the pages of rooms."""

from datetime import timedelta
from http import HTTPStatus

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.models import User

from .actions.profiles import update_profile
from .errors import RateLimited
from .limits import limit_command
from .profile_page import reader_of
from .protocol.codec import timestamp
from .protocol.commands import ProfileUpdate

RESTS = {
    "hour": (_("1 hour"), timedelta(hours=1)),
    "evening": (_("4 hours"), timedelta(hours=4)),
    "day": (_("1 day"), timedelta(days=1)),
}


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def notifications(request: HttpRequest) -> HttpResponse:
    reader = reader_of(request)
    if request.method == "POST":
        try:
            _rest(reader, request.POST.get("rest", ""))
        except RateLimited:
            return render(request, "429.html", status=HTTPStatus.TOO_MANY_REQUESTS)
        return redirect(f"{reverse('account_notifications')}?saved")
    until = reader.dnd_until
    context = {
        "until": until if until and until > timezone.now() else None,
        "rests": [(name, label) for name, (label, _span) in RESTS.items()],
        "is_saved": "saved" in request.GET,
    }
    return render(request, "account/notifications.html", context)


def _rest(reader: User, name: str) -> None:
    """From now on for the time of that name; any other word ends it."""
    until = timestamp(timezone.now() + RESTS[name][1]) if name in RESTS else None
    limit_command(reader.pk)
    update_profile(reader.pk, ProfileUpdate(id="form", dnd_until=until))
