"""The pages: a room is readable, and can be written in, before any script has run."""

import uuid
from http import HTTPStatus
from typing import TypedDict, cast

import msgspec
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from accounts.preferences import preferences

from . import directory, entry_pages, pages, queries, welcomes
from .actions import messages
from .banned import refuse_banned
from .errors import ChatError, Forbidden, NotFound, RateLimited, Unavailable
from .limits import limit_message
from .paced_pages import paced
from .protocol.commands import MessageSend, RoomList
from .protocol.events import Welcome
from .protocol.limits import MAX_PAGE
from .protocol.results import HistoryResult, MembersResult
from .protocol.shapes import OwnRoom
from .strings import catalogue, failure, isolated_if_turning, text

LAST_ROOM_COOKIE = "room"
COOKIE_SECONDS = 60 * 60 * 24 * 365


@require_safe
@login_required
@paced
def home(request: HttpRequest) -> HttpResponse:
    """Where one was last, else the first room, else the public rooms one could join."""
    welcome = _welcome(request)
    rooms = [room for room in welcome.rooms if pages.is_listed(room, welcome.me.user)]
    if not rooms:
        found = directory.public_rooms(_reader(request).pk, RoomList(id="page"))
        return render(request, "chat/no_rooms.html", _frame(request, welcome) | {"found": found})
    last = request.COOKIES.get(LAST_ROOM_COOKIE, "")
    visited = [room for room in rooms if str(room.id) == last]
    general = [room for room in rooms if room.slug == "general"]
    return redirect(pages.room_href((visited + general + rooms)[0]))


@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(private=True, no_cache=True)
@login_required
@paced
def room(request: HttpRequest, slug: str, seq: int | None = None) -> HttpResponse:
    welcome = _welcome(request)
    own = next((room for room in welcome.rooms if room.slug == slug), None)
    if own is not None:
        return _room_page(request, welcome, own, seq)
    try:
        queries.room_id_of_slug(_reader(request).pk, slug)
    except Forbidden:
        return entry_pages.offer(request, slug)
    except ChatError as refusal:
        raise _refused(refusal) from None
    return redirect(request.path)  # joined between the two reads


@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(private=True, no_cache=True)
@login_required
@paced
def direct(request: HttpRequest, room_id: int, seq: int | None = None) -> HttpResponse:
    welcome = _welcome(request)
    for own in welcome.rooms:
        if own.id == room_id and own.slug is None:
            return _room_page(request, welcome, own, seq)
    raise Http404


@require_safe
@never_cache
def session(request: HttpRequest) -> JsonResponse:
    """Whose session this is: a client that cannot connect asks whether it was signed out."""
    return JsonResponse({"user": request.user.pk})


def _welcome(request: HttpRequest) -> Welcome:
    """What every page begins with, for those whom no ban keeps from the site."""
    reader = _reader(request)
    refuse_banned(reader.pk)
    return welcomes.welcome(reader.pk)


def _room_page(
    request: HttpRequest, welcome: Welcome, own: OwnRoom, seq: int | None
) -> HttpResponse:
    """A room as a page: around `seq`, before or after a mark, or at its end."""
    refusal = _post(request, own) if request.method == "POST" else None
    if request.method == "POST" and refusal is None:
        return redirect(pages.room_href(own))
    try:
        history = queries.history(_reader(request).pk, own.id, **_window(request, seq))
        members = queries.members(_reader(request).pk, own.id, limit=MAX_PAGE)
    except ChatError as error:
        raise _refused(error) from None
    context = _frame(request, welcome, own) | _form(request, own, refusal)
    context |= _timeline(own, history, welcome, seq)
    context |= {"people": pages.people_by_role(members), "faces": pages.faces(members)}
    start = _start(welcome, history, members, seq)
    context["start"] = start | {"preferences": preferences(_reader(request))}
    response = render(request, "chat/room.html", context, status=_status(refusal))
    _remember(response, own)
    return response


def _timeline(
    own: OwnRoom, history: HistoryResult, welcome: Welcome, seq: int | None
) -> dict[str, object]:
    seqs = [message.seq for message in history.messages]
    oldest, newest = (seqs[0], seqs[-1]) if seqs else (history.first_seq, history.last_seq)
    people = {user.id: user for user in welcome.users}
    title = pages.room_title(own, welcome.me.user, people)
    shown = isolated_if_turning(title)
    return {
        "room": own,
        "title": title,
        "topic": pages.room_topic(own, welcome.me.user, people),
        "blocked_partner": pages.blocked_partner(own, welcome.me),
        "href": pages.room_href(own),
        "placeholder": text("placeholder", room=f"#{shown}" if own.kind == "public" else shown),
        "rows": pages.rows(own, history, welcome.me, seq),
        "oldest": oldest,
        "newest": newest,
        "missing": "" if seq is None or seq in seqs else text("target_gone"),
        "is_start": oldest <= history.first_seq,
        "is_end": newest >= history.last_seq,
    }


def _form(request: HttpRequest, own: OwnRoom, refusal: ChatError | None) -> dict[str, object]:
    """A refused draft comes back with its client_id: sent again, it is still the same message."""
    if refusal is None:
        return {"draft": "", "client_id": str(uuid.uuid4()), "refusal": ""}
    return {
        "draft": request.POST.get("body", ""),
        "client_id": request.POST.get("client_id", ""),
        "refusal": failure(refusal.code, own.kind),
    }


def _start(
    welcome: Welcome, history: HistoryResult, members: MembersResult, seq: int | None
) -> dict[str, object]:
    """What the client starts from: the same data that the page shows, with its revs."""
    return {
        "welcome": welcome,
        "history": history,
        "members": members,
        "target": seq,
        "strings": catalogue(),
        "site": settings.SITE_NAME,
        "login": reverse(settings.LOGIN_URL),
        "session": reverse("session"),
        "uploads": reverse("upload"),
        "emoji": static("data/emoji.json"),
    }


def _remember(response: HttpResponse, own: OwnRoom) -> None:
    response.set_cookie(
        LAST_ROOM_COOKIE,
        str(own.id),
        max_age=COOKIE_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )


def _frame(
    request: HttpRequest, welcome: Welcome, current: OwnRoom | None = None
) -> dict[str, object]:
    """What surrounds every chat page."""
    return {
        "me": welcome.me.user,
        "sections": pages.room_links(welcome, current.id if current else None),
        "people_open": request.COOKIES.get("people") != "closed",
    }


class _Window(TypedDict, total=False):
    around: int
    before: int
    after: int


def _window(request: HttpRequest, seq: int | None) -> _Window:
    """Which part of the history is asked for; nonsense means the latest."""
    if seq is not None:
        return {"around": max(seq, 1)}
    for mark in ("before", "after"):
        given = request.GET.get(mark, "")
        if given.isascii() and given.isdigit() and len(given) < 16:
            return {"before": int(given)} if mark == "before" else {"after": int(given)}
    return {}


def _post(request: HttpRequest, own: OwnRoom) -> ChatError | None:
    """Sends the form's message. Its client_id makes a second press of the button harmless."""
    fields = {
        "id": "form",
        "room": own.id,
        "client_id": request.POST.get("client_id", ""),
        "body": request.POST.get("body", "").replace("\r\n", "\n"),
    }
    try:
        limit_message(_reader(request).pk)
        messages.send_and_wait(_reader(request).pk, msgspec.convert(fields, MessageSend))
    except msgspec.ValidationError:
        return ChatError("The form was not understood.")
    except ChatError as refusal:
        return refusal
    return None


def _status(refusal: ChatError | None) -> HTTPStatus:
    if refusal is None:
        return HTTPStatus.OK
    by_kind = {
        Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
        RateLimited: HTTPStatus.TOO_MANY_REQUESTS,
    }
    return by_kind.get(type(refusal), HTTPStatus.UNPROCESSABLE_ENTITY)


def _refused(refusal: ChatError) -> Exception:
    """To an outsider, what is hidden and what does not exist give the same answer."""
    if isinstance(refusal, Forbidden):
        return PermissionDenied(_("This room is open to everyone, but you have not joined it."))
    if isinstance(refusal, NotFound):
        return Http404()
    return refusal


def _reader(request: HttpRequest) -> User:
    return cast(User, request.user)  # login_required has seen to it
