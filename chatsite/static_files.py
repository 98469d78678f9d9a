from http import HTTPStatus

from asgiref.sync import sync_to_async
from django.http import HttpRequest, HttpResponse
from servestatic.middleware import ServeStaticMiddleware
from servestatic.responders import Redirect, StaticFile


class StaticFiles(ServeStaticMiddleware):  # type: ignore[misc]
    """Answers with a static file, read whole and in one go.

    servestatic itself reads it 8 KiB at a time, each piece and the opening in a thread made for that file. A
    visitor who went in the middle of the opening left the file open. Ours are small: the largest takes less
    memory than the request's own limits allow.
    """

    @staticmethod
    async def aserve(static_file: StaticFile | Redirect, request: HttpRequest) -> HttpResponse:
        return await sync_to_async(_answer, thread_sensitive=False)(static_file, request)


def _answer(static_file: StaticFile | Redirect, request: HttpRequest) -> HttpResponse:
    found = static_file.get_response(request.method, request.META)
    response = HttpResponse(status=HTTPStatus(found.status))
    if found.file:
        with found.file:
            response.content = found.file.read()
    del response["Content-Type"]
    for name, value in found.headers:
        if value is not None:
            response[name] = value
    return response
