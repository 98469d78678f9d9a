"""Which application answers what: pages and monitors over HTTP, the chat over one WebSocket."""

from collections.abc import Coroutine, Iterator, Sequence
from typing import Any, TypeVar
from urllib.parse import urlparse

from asgiref.sync import ThreadSensitiveContext
from channels.routing import ProtocolTypeRouter
from channels.security.websocket import OriginValidator, WebsocketDenier
from django.conf import settings
from django.core.handlers.asgi import ASGIHandler
from django.http.response import HttpResponseBase

from chat.consumers import ChatConsumer
from chatsite.monitoring.answers import Monitored
from chatsite.monitoring.parts import parts
from chatsite.page_threads import OneThread, of_this_request

SOCKET_PATH = "/ws/"

T = TypeVar("T")


class Entrance(OriginValidator):
    """Lets through what comes from our own pages. It hands over instead of waiting for what is behind it:
    what waits is kept for as long as the connection lasts, the request with it."""

    def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> Coroutine[Any, Any, None]:
        origins = [value for name, value in scope["headers"] if name == b"origin"]
        origin = urlparse(origins[0].decode("latin1")) if len(origins) == 1 else None
        is_ours = scope["path"] == SOCKET_PATH and self.valid_origin(origin)
        application = ChatConsumer() if is_ours else WebsocketDenier()
        waiting: Coroutine[Any, Any, None] = application(scope, receive, send)
        return waiting


class Pages(ASGIHandler):
    """Hands a page over in one piece. It is in memory anyway, and where it went a piece at a time, whoever
    reads it slowly would keep a thread of the process and one of the pool's database connections. A file goes
    a piece at a time, and the thread before it."""

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        thread = OneThread()
        of_this_request.set(thread)
        try:
            async with ThreadSensitiveContext(executor=thread):
                await super().__call__(scope, receive, send)
        finally:
            thread.let_go()

    async def send_response(self, response: HttpResponseBase, send: Any) -> None:
        if response.streaming:
            of_this_request.get().let_go()
        await super().send_response(response, send)

    @classmethod
    def chunk_bytes(cls, data: Sequence[T]) -> Iterator[tuple[Sequence[T], bool]]:
        yield data, True


application = ProtocolTypeRouter(
    {"http": Monitored(Pages(), parts), "websocket": Entrance(None, settings.ALLOWED_ORIGINS)}
)
