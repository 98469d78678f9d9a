"""The settings that are kept with the person alone: appearance, language and keys. They need no scripts."""

from http import HTTPStatus
from typing import cast

from allauth.core import ratelimit
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from .models import User
from .preference_forms import AppearanceForm, KeysForm, LanguageForm, PreferenceForm


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def appearance(request: HttpRequest) -> HttpResponse:
    return _page(request, "account/appearance.html", AppearanceForm)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def language(request: HttpRequest) -> HttpResponse:
    return _page(request, "account/language.html", LanguageForm)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def keys(request: HttpRequest) -> HttpResponse:
    return _page(request, "account/keys.html", KeysForm)


def _page(request: HttpRequest, template: str, form_class: type[PreferenceForm]) -> HttpResponse:
    user = cast(User, request.user)
    chosen = {name: getattr(user, name) for name in form_class.base_fields}
    form = form_class(request.POST if request.method == "POST" else None, initial=chosen)
    if form.is_valid():
        if not ratelimit.consume(request, action="change_settings", user=user):
            return render(request, "429.html", status=HTTPStatus.TOO_MANY_REQUESTS)
        form.save(user)
        return redirect(f"{request.path}?saved")
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    context = {"form": form, "is_saved": "saved" in request.GET and not form.is_bound}
    return render(request, template, context, status=status)
