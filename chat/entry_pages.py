"""The pages by which one comes into a room; they work without scripts. Opening one joins nothing.

An invitation link tells who holds a good one which room it leads to, and nobody else whether there is, or
was, one: whatever is wrong with a link gets the same page. A public room offers itself at its address.
"""

from typing import cast

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.models import User

from . import access, invites
from .actions.invites import accept_invite
from .actions.members import join_room
from .banned import refuse_banned
from .errors import ChatError, NotFound, RateLimited
from .limits import limit_command
from .models import Room
from .protocol.commands import RoomJoin


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def invite(request: HttpRequest, code: str) -> HttpResponse:
    guest = request.user if isinstance(request.user, User) else None
    if guest is not None:
        refuse_banned(guest.pk)
    if request.method == "POST":
        return _accept(request, guest, code)
    room = invites.room_behind(code)
    if room is None:
        return _gone(request)
    if guest is not None and invites.is_in(guest.pk, room):
        return redirect(_href(room.slug))
    return _show(request, room)


def offer(request: HttpRequest, slug: str) -> HttpResponse:
    """What one who is no member sees of a public room."""
    room = get_object_or_404(Room, slug=slug, kind=Room.Kind.PUBLIC)
    return render(request, "chat/join.html", {"room": room}, status=403)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def join(request: HttpRequest, slug: str) -> HttpResponse:
    """The button of that page. Whatever cannot be joined says so on the room's own page."""
    guest = cast(User, request.user)
    if "\0" in slug:  # PostgreSQL does not even take the question
        raise Http404
    if request.method == "POST" and not access.is_banned(guest.pk):
        room = get_object_or_404(Room, slug=slug, kind=Room.Kind.PUBLIC)
        try:
            limit_command(guest.pk)
            join_room(guest.pk, RoomJoin(id="form", room=room.pk))
        except RateLimited:
            return render(request, "429.html", status=429)
        except ChatError as refusal:
            return _refused(request, refusal)
    return redirect(_href(slug))


def _accept(request: HttpRequest, guest: User | None, code: str) -> HttpResponse:
    if guest is None:
        return redirect_to_login(request.path)
    try:
        limit_command(guest.pk)
        own = accept_invite(guest.pk, code).room
    except NotFound:
        return _gone(request)
    except RateLimited:
        return render(request, "429.html", status=429)
    except ChatError as refusal:
        return _refused(request, refusal)
    return redirect(_href(own.slug))


def _show(request: HttpRequest, room: Room) -> HttpResponse:
    """Signed-out visitors are led back here by the forms they go to."""
    back = {"next": request.path}
    is_open = settings.SIGN_UP in {"open", "approval"}
    context = {
        "room": room,
        "sign_in": reverse("account_login", query=back),
        "sign_up": reverse("account_signup", query=back) if is_open else "",
    }
    return render(request, "chat/invite.html", context)


def _gone(request: HttpRequest) -> HttpResponse:
    return render(request, "chat/invite_gone.html", status=404)


def _refused(request: HttpRequest, refusal: ChatError) -> HttpResponse:
    return render(request, "chat/invite_refused.html", {"code": refusal.code}, status=403)


def _href(slug: str | None) -> str:
    return reverse("room", args=[slug])
