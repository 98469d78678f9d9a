"""The Channels peer: the consumer of the Channels tutorial, on stock Daphne.

    REDIS_URL= python -m daphne -b 127.0.0.1 -p 8000 bench.fan_out.tutorial:application

An empty REDIS_URL stands for the in-memory layer. The tutorial's session middleware and its check of the
origin are left out: the peers are asked for neither.
"""

import json
import os
from typing import Any

from django.conf import settings

REDIS_URL = os.environ.get("REDIS_URL", "")
LAYER: dict[str, Any] = {"BACKEND": "channels.layers.InMemoryChannelLayer"}
if REDIS_URL:
    LAYER = {
        "BACKEND": "channels_redis.core.RedisChannelLayer",
        "CONFIG": {"hosts": [REDIS_URL]},
    }
settings.configure(CHANNEL_LAYERS={"default": LAYER})

from channels.generic.websocket import AsyncWebsocketConsumer  # noqa: E402 - it reads the settings


class ChatConsumer(AsyncWebsocketConsumer):  # type: ignore[misc] # Channels has no types
    async def connect(self) -> None:
        self.room_group_name = "chat_bench"
        await self.channel_layer.group_add(self.room_group_name, self.channel_name)
        await self.accept()

    async def disconnect(self, code: int) -> None:
        await self.channel_layer.group_discard(self.room_group_name, self.channel_name)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        message = json.loads(text_data or "{}")["message"]
        event = {"type": "chat.message", "message": message}
        await self.channel_layer.group_send(self.room_group_name, event)

    async def chat_message(self, event: dict[str, Any]) -> None:
        await self.send(text_data=json.dumps({"message": event["message"]}))


application = ChatConsumer.as_asgi()
