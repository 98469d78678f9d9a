"""Which application answers what: pages over HTTP, the chat over one WebSocket."""

from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import OriginValidator, WebsocketDenier
from django.conf import settings
from django.core.handlers.asgi import ASGIHandler
from django.urls import path, re_path

from chat.consumers import ChatConsumer

application = ProtocolTypeRouter(
    {
        "http": ASGIHandler(),
        "websocket": OriginValidator(
            URLRouter(
                [path("ws/", ChatConsumer.as_asgi()), re_path("", WebsocketDenier.as_asgi())]
            ),
            settings.ALLOWED_ORIGINS,
        ),
    }
)
