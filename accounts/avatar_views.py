"""The page on which one chooses one's picture, and the pictures themselves."""

from typing import cast

from allauth.core import ratelimit
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from files.serving import StoredFile, serve

from . import avatars
from .forms import AvatarForm
from .models import User

FOR_EVER = "private, max-age=31536000, immutable"
MAX_ID = 2**53


@csrf_exempt  # guarded below: whoever is not signed in is sent away before their form is taken apart
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@csrf_protect
def avatar(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    if request.method == "POST" and "remove" in request.POST:
        avatars.remove_avatar(user.pk)
        return redirect("account_avatar")
    form = AvatarForm(request.POST, request.FILES) if request.method == "POST" else AvatarForm()
    if form.is_valid():
        if not ratelimit.consume(request, action="change_picture", user=user):
            return render(request, "429.html", status=429)
        try:
            avatars.set_avatar(user.pk, form.cleaned_data["picture"])
        except ValidationError as refusal:
            form.add_error("picture", refusal)
        else:
            return redirect("account_avatar")
    return render(request, "account/avatar.html", {"form": form, "person": user})


@require_safe
@login_required
def show_avatar(request: HttpRequest, user_id: int, token: str) -> HttpResponseBase:
    user = User.objects.filter(pk=user_id).first() if user_id < MAX_ID else None
    if user is None or not user.avatar or user.avatar_token != token:
        raise Http404
    file = StoredFile(str(user.avatar), f"{user.username}.webp", "image/webp", token)
    return serve(request, file, cache_control=FOR_EVER)
