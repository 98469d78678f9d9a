"""Which application answers what: pages over HTTP, the chat over one WebSocket."""

from collections.abc import Coroutine
from typing import Any
from urllib.parse import urlparse

from channels.routing import ProtocolTypeRouter
from channels.security.websocket import OriginValidator, WebsocketDenier
from django.conf import settings
from django.core.handlers.asgi import ASGIHandler

from chat.consumers import ChatConsumer

SOCKET_PATH = "/ws/"


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


application = ProtocolTypeRouter(
    {"http": ASGIHandler(), "websocket": Entrance(None, settings.ALLOWED_ORIGINS)}
)
