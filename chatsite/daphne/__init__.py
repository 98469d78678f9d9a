"""Our Daphne: the stock server, made faster and stricter where a chat needs it.

`server` is its life from listening to the last goodbye, `websocket` the way frames take. Applications find
the straight way out in their scope, under `chat.sockets.EXTENSION`.
"""

from .server import ChatServer

__all__ = ["ChatServer"]
