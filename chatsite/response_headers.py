"""What every answer tells browsers, whoever made it: pages, static files, refusals and redirects alike.

What somebody further in has said stands: a page's own policy, which allows its scripts, or the sandbox of a
file. The policy here is for the rest, of which the most that is shown is an error page.
"""

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.deprecation import MiddlewareMixin

_UNUSED_FEATURES = [
    *("accelerometer", "camera", "display-capture", "geolocation", "gyroscope", "hid"),
    *("magnetometer", "microphone", "midi", "payment", "serial", "usb"),
]
FOR_ALL = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in _UNUSED_FEATURES),
    "X-Frame-Options": settings.X_FRAME_OPTIONS,
}


class ResponseHeaders(MiddlewareMixin):
    """The outermost: nothing answers past it."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        for name, value in FOR_ALL.items():
            response.headers.setdefault(name, value)
        return response
