import secrets

import brotli
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils.cache import patch_vary_headers
from servestatic.utils import parse_accept_encoding

QUALITY = 5  # a seventh less than gzip at nearly its price; beyond 6 it takes ten times as long
MOST_PADDING = 75  # random bytes, a third more in text


class CompressedPages(GZipMiddleware):
    """Sends pages compressed: most of a room's is markup that repeats itself.

    Only pages. Static files have their compressed copies, and what people uploaded is sent in pieces and
    ranges. Against guessing a page's secrets by its length (BREACH) its form token is another each time,
    cookies do not come along with other sites' requests, and each answer is longer by a random number of
    bytes.
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        if not isinstance(response, HttpResponse) or not _is_page(response):
            return response
        if "br" in parse_accept_encoding(request.headers.get("Accept-Encoding", "")):
            return _compressed(response)
        return super().process_response(request, response)


def _is_page(response: HttpResponse) -> bool:
    """A redirect, or what says all by its status, calls itself one too, but has nothing to compress."""
    is_html = response.headers.get("Content-Type", "").startswith("text/html")
    return is_html and bool(response.content)


def _compressed(response: HttpResponse) -> HttpResponse:
    padding = secrets.token_urlsafe(secrets.randbelow(MOST_PADDING))
    page = b"%b<!-- %b -->" % (response.content, padding.encode())
    response.content = brotli.compress(page, mode=brotli.MODE_TEXT, quality=QUALITY)
    response.headers["Content-Length"] = str(len(response.content))
    response.headers["Content-Encoding"] = "br"
    patch_vary_headers(response, ["Accept-Encoding"])
    return response
