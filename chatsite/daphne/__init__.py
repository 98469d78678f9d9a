"""Our Daphne: the stock server, made faster and stricter where a chat needs it.

`server` is its life. `listening` opens the door, `visits` keeps it: how many there are, whose, for how long.
`http` is what arrives, `request` what becomes of it, `handshake` how it turns into a WebSocket, `websocket`
the way that frames take from there. `ending` says goodbye. Applications find the straight way out in their
scope, under `chat.sockets.EXTENSION`, and what the server counts of itself (`vitals`) under
`chatsite.monitoring.EXTENSION`.
"""

from .limits import Limits
from .server import ChatServer

__all__ = ["ChatServer", "Limits"]
