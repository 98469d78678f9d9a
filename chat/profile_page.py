"""The page of one's own profile: name and status, and whom one has blocked. It needs no scripts."""

from http import HTTPStatus
from typing import cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from accounts import avatar_views
from accounts.forms import ProfileForm
from accounts.models import User

from . import payloads
from .actions.blocks import lift_block
from .actions.profiles import update_profile
from .banned import refuse_banned
from .errors import ChatError, RateLimited
from .limits import limit_command
from .models import Block
from .protocol.commands import BlockLift, ProfileUpdate
from .wording import in_words


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def profile(request: HttpRequest, *, is_list: bool = False) -> HttpResponse:
    """`is_list`: where there is no room for both, the page shows the list of all settings instead."""
    reader = reader_of(request)
    initial = {"name": reader.name, "status_text": reader.status_text}
    form = ProfileForm(request.POST or None, initial=initial)
    if form.is_valid() and _save(reader, form):
        return redirect(f"{reverse('account_profile')}?saved")
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    context = _context(request, reader, form) | {"is_list": is_list}
    return render(request, "account/profile.html", context, status=status)


@csrf_exempt  # the page behind this one guards itself
@login_required
def picture(request: HttpRequest) -> HttpResponse:
    """Accounts' own page. Others see a picture, so who is banned from the site shows them no new one."""
    reader_of(request)
    return avatar_views.avatar(request)


@require_POST
@login_required
def unblock(request: HttpRequest) -> HttpResponse:
    reader, given = reader_of(request), request.POST.get("user", "")
    if given.isascii() and given.isdigit() and len(given) < 16:
        try:
            limit_command(reader.pk)
        except RateLimited:
            return render(request, "429.html", status=HTTPStatus.TOO_MANY_REQUESTS)
        lift_block(reader.pk, BlockLift(id="form", user=int(given)))
    return redirect("account_profile")


def _save(reader: User, form: ProfileForm) -> bool:
    data = form.cleaned_data
    given = ProfileUpdate(id="form", name=data["name"], status_text=data["status_text"])
    try:
        limit_command(reader.pk)
        update_profile(reader.pk, given)
    except RateLimited:
        form.add_error(None, _("That was too fast. Try again in a moment."))
    except ChatError as refusal:
        form.add_error(None, in_words(refusal))
    return not form.errors


def _context(request: HttpRequest, reader: User, form: ProfileForm) -> dict[str, object]:
    blocked = Block.objects.filter(user=reader).select_related("blocked").order_by("blocked__name")
    return {
        "form": form,
        "me": payloads.user(reader),
        "blocked": [payloads.user(block.blocked) for block in blocked],
        "is_saved": "saved" in request.GET and not form.is_bound,
    }


def reader_of(request: HttpRequest) -> User:
    """Who is signed in, which `login_required` has seen to, and whom no ban keeps from the site."""
    reader = cast(User, request.user)
    refuse_banned(reader.pk)
    return reader
