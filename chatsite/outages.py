"""What the site needs and is away: the database, Redis.

Visitors are told so, and to come back. Operators read a line that names the setting, not a traceback for each
visitor.
"""

import logging
import sys
from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views import defaults
from redis import exceptions as redis

RETRY_SECONDS = 5
_SETTINGS: dict[type[Exception], str] = {
    InterfaceError: "DATABASE_URL",
    OperationalError: "DATABASE_URL",
    redis.ConnectionError: "REDIS_URL",
    redis.TimeoutError: "REDIS_URL",
}


def server_error(request: HttpRequest, *_: Any) -> HttpResponse:
    """Django's `handler500`, called where the exception is handled."""
    if not _setting_of(sys.exc_info()[1]):
        return defaults.server_error(request)
    response = HttpResponse(render_to_string("503.html"), status=503)
    response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


class OneLine(logging.Filter):
    """Of `django.request`."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if setting := _setting_of(error):
            record.msg = f"{record.getMessage()} ({setting}: {str(error).strip()})"
            record.args, record.exc_info = None, None
        return True


def _setting_of(error: BaseException | None) -> str | None:
    """Behind which it is."""
    return next((name for kind, name in _SETTINGS.items() if isinstance(error, kind)), None)
