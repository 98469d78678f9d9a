"""Which browsers somebody has signed in from before: each carries a mark of it, and nothing is stored.

A mark is an HMAC of the person's id, so that nobody can make one, nor read from a browser who has used it.
"""

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.crypto import constant_time_compare, salted_hmac

COOKIE = "known"
COOKIE_SECONDS = 60 * 60 * 24 * 365
MOST_MARKS = 10
_MARK_LENGTH = 24


def is_known(request: HttpRequest, user_id: int) -> bool:
    return any(constant_time_compare(mark, _mark(user_id)) for mark in _marks(request))


def remember(request: HttpRequest, response: HttpResponseBase, user_id: int) -> None:
    """The latest of MOST_MARKS people stay."""
    mine = _mark(user_id)
    marks = [mine, *(mark for mark in _marks(request) if mark != mine)][:MOST_MARKS]
    response.set_cookie(
        COOKIE,
        ".".join(marks),
        max_age=COOKIE_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _marks(request: HttpRequest) -> list[str]:
    return request.COOKIES.get(COOKIE, "").split(".")[:MOST_MARKS]


def _mark(user_id: int) -> str:
    return salted_hmac("accounts.known_browsers", str(user_id)).hexdigest()[:_MARK_LENGTH]
