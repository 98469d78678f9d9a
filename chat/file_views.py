"""Files over HTTP: uploaded here, and shown to whoever may read the message they are in."""

from http import HTTPStatus
from typing import cast

from django.contrib.auth.decorators import login_required
from django.core.exceptions import (
    RequestDataTooBig,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.http.response import HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware
from django.utils.decorators import decorator_from_middleware
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from accounts.models import User
from files.serving import StoredFile, serve

from . import access, attaching, database
from .actions import uploads
from .errors import BadRequest, ChatError, Forbidden, NotFound
from .models import Attachment
from .protocol.codec import encode

THUMB_TYPE = "image/webp"
MOST_DIGITS = 15  # of an id
TOO_LARGE = 10**MOST_DIGITS
_STATUS: dict[str, HTTPStatus] = {
    "bad_request": HTTPStatus.BAD_REQUEST,
    "forbidden": HTTPStatus.FORBIDDEN,
    "muted": HTTPStatus.FORBIDDEN,
    "archived": HTTPStatus.FORBIDDEN,
    "not_found": HTTPStatus.NOT_FOUND,
    "conflict": HTTPStatus.CONFLICT,
    "too_long": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "rate_limited": HTTPStatus.TOO_MANY_REQUESTS,
    "unavailable": HTTPStatus.SERVICE_UNAVAILABLE,
}


class _CsrfGuard(CsrfViewMiddleware):
    """Django's, but for its answer."""

    def _reject(self, request: HttpRequest, reason: str) -> HttpResponse:
        return _refused(Forbidden("The CSRF token is missing or wrong: load the page anew."))


csrf_guarded = decorator_from_middleware(_CsrfGuard)


@csrf_exempt
@never_cache
def upload(request: HttpRequest) -> HttpResponseBase:
    """`POST file, room`: 201 with the attachment, whose `id` goes into `message.send`.

    The guard against forged requests has the form decoded, so it comes after the question who is asking.
    """
    if refusal := _stranger_refusal(request, "POST"):
        return refusal
    try:
        uploads.refuse_over_quota(_user(request).pk, 1)  # before the form is taken apart
        return _upload(request)
    except (MultiPartParserError, TooManyFieldsSent, TooManyFilesSent, RequestDataTooBig):
        return _refused(BadRequest("The form was not understood."))
    except ChatError as error:
        return _refused(error)


@csrf_exempt
@never_cache
def discard(request: HttpRequest, upload_id: int) -> HttpResponseBase:
    """`DELETE`: takes back what was not sent."""
    if refusal := _stranger_refusal(request, "DELETE"):
        return refusal
    try:
        return _discard(request, upload_id)
    except ChatError as error:
        return _refused(error)


@require_safe
@login_required
def show(request: HttpRequest, attachment_id: int, name: str) -> HttpResponseBase:
    """The name is for people, and for what they save it as; the number decides."""
    return serve_file(request, _readable(request, attachment_id))


@require_safe
@login_required
def show_thumb(request: HttpRequest, attachment_id: int) -> HttpResponseBase:
    return serve_thumb(request, _readable(request, attachment_id))


def serve_file(request: HttpRequest, row: Attachment) -> HttpResponseBase:
    """For who was found to read it, as is the thumb."""
    file = StoredFile(str(row.file), row.name, row.type, f"{row.pk}", row.size)
    return serve(request, file)


def serve_thumb(request: HttpRequest, row: Attachment) -> HttpResponseBase:
    if not row.thumb:
        raise Http404
    file = StoredFile(str(row.thumb), f"{row.name}.webp", THUMB_TYPE, f"{row.pk}t")
    return serve(request, file)


@csrf_guarded
def _upload(request: HttpRequest) -> HttpResponse:
    files = request.FILES.getlist("file")
    room = request.POST.get("room", "")
    if len(files) != 1 or not (room.isascii() and room.isdigit() and len(room) <= MOST_DIGITS):
        raise BadRequest("An upload has one file and the id of a room.")
    attachment = uploads.upload_file(_user(request).pk, int(room), files[0])
    return HttpResponse(encode(attachment), status=201, content_type="application/json")


@csrf_guarded
def _discard(request: HttpRequest, upload_id: int) -> HttpResponse:
    if upload_id >= TOO_LARGE:
        raise NotFound("There is no such upload.")
    uploads.discard_upload(_user(request).pk, upload_id)
    return HttpResponse(status=204)


def _readable(request: HttpRequest, attachment_id: int) -> Attachment:
    """Looked up anew each time, and then the database is let go: sending may take as long as it likes."""
    try:
        if attachment_id >= TOO_LARGE or access.is_banned(_user(request).pk):
            raise NotFound("There is no such file.")
        return attaching.readable(_user(request).pk, attachment_id)
    except NotFound:
        raise Http404 from None
    finally:
        database.let_go()


def _stranger_refusal(request: HttpRequest, method: str) -> HttpResponse | None:
    if request.method != method:
        return HttpResponse(status=HTTPStatus.METHOD_NOT_ALLOWED, headers={"Allow": method})
    if not request.user.is_authenticated:
        return _refused(Forbidden("Sign in first."), HTTPStatus.UNAUTHORIZED)
    return None


def _refused(error: ChatError, status: HTTPStatus | None = None) -> JsonResponse:
    """The wire's words, and a status to match. `retry_after` is in milliseconds, as there."""
    told = {"code": error.code, "detail": error.detail}
    if error.retry_after is not None:
        told |= {"retry_after": error.retry_after}  # type: ignore[dict-item]
    status = status or _STATUS.get(error.code, HTTPStatus.INTERNAL_SERVER_ERROR)
    return JsonResponse(told, status=status)


def _user(request: HttpRequest) -> User:
    return cast(User, request.user)  # who is none was sent away
