"""The page of one's sessions: what they are, ending them, and whether new ones are told of by mail."""

from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import cast

from allauth.core import ratelimit
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from . import sign_ins
from .browsers import Browser, recognise
from .models import SignIn, User
from .preference_forms import AlertsForm

ICONS = {"computer": "monitor", "phone": "smartphone", "tablet": "tablet"}


@dataclass(frozen=True, slots=True)
class Line:
    """One session as the page shows it."""

    sign_in: SignIn
    browser: Browser
    icon: str
    is_this: bool
    is_recent: bool


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def sessions(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    if request.method == "POST":
        if not ratelimit.consume(request, action="change_settings", user=user):
            return render(request, "429.html", status=HTTPStatus.TOO_MANY_REQUESTS)
        return redirect(f"{reverse('account_sessions')}?{_change(request, user)}")
    lines = _lines(user, request.session.session_key or "")
    context = {
        "lines": lines,
        "has_others": any(not line.is_this for line in lines),
        "form": AlertsForm(initial={"sign_in_alerts": user.sign_in_alerts}),
        "is_saved": "saved" in request.GET,
        "is_ended": "ended" in request.GET,
    }
    return render(request, "account/sessions.html", context)


def _change(request: HttpRequest, user: User) -> str:
    """What the form asked for, and the word for what was done. An id that is nobody's ends nothing."""
    here, wanted = request.session.session_key or "", request.POST.get("end", "")
    if wanted == "others":
        sign_ins.end_others(user.pk, but=here)
    elif wanted.isascii() and wanted.isdecimal() and len(wanted) < 16:
        sign_ins.end(user.pk, int(wanted), but=here)
    elif not wanted:
        form = AlertsForm(request.POST)
        if form.is_valid():
            form.save(user)
        return "saved"
    return "ended"


def _lines(user: User, here: str) -> list[Line]:
    """This one first."""
    recent = timezone.now() - timedelta(seconds=2 * sign_ins.NOTED_SECONDS)
    found = [
        Line(
            sign_in=sign_in,
            browser=(browser := recognise(sign_in.user_agent)),
            icon=ICONS[browser.shape],
            is_this=sign_in.session_key == here,
            is_recent=sign_in.seen_at > recent,
        )
        for sign_in in sign_ins.of_user(user.pk)
    ]
    return sorted(found, key=lambda line: not line.is_this)
