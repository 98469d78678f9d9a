from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware


class CompressedPages(GZipMiddleware):
    """Sends pages compressed: most of a room's is markup that repeats itself.

    Only pages. Static files have their compressed copies, and what people uploaded is sent in pieces and
    ranges. Against guessing a page's secrets by its length (BREACH) its form token is another each time,
    cookies do not come along with other sites' requests, and Django adds bytes of a random number.
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        is_page = response.headers.get("Content-Type", "").startswith("text/html")
        if response.streaming or not is_page:
            return response
        return super().process_response(request, response)
