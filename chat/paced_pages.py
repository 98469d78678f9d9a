"""How fast somebody may ask for pages of the chat. Each is made of all one's rooms and costs as much as many
messages do, on a few threads that make them for everybody."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from .errors import RateLimited
from .limits import limit_page

View = Callable[..., HttpResponse]


def paced(view: View) -> View:
    """Behind `login_required`, which has seen to it that somebody asks."""

    @wraps(view)
    def within_limits(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            limit_page(request.user.pk or 0)
        except RateLimited:
            return render(request, "429.html", status=HTTPStatus.TOO_MANY_REQUESTS)
        return view(request, *args, **kwargs)

    return within_limits
