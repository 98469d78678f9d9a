"""The WebSocket's way in: who is at the other end, then frame after frame to their connection."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from channels.consumer import AsyncConsumer
from django.conf import settings
from django.http import parse_cookie

from accounts.sessions import identify_all

from . import database
from .batches import Batch
from .connection import Connection
from .errors import Unavailable
from .limits import floods
from .protocol import SUBPROTOCOL, codes
from .sockets import QueuedTransport, Socket, Transport, open_transport

LOOK_SECONDS = 0.5  # how soon one who sits out and goes is noticed


class ChatConsumer(AsyncConsumer):
    channel_layer_alias = None  # the process is the layer's member, not each socket

    async def __call__(
        self,
        scope: dict[str, Any],
        receive: Callable[[], Awaitable[dict[str, Any]]],
        send: Callable[[dict[str, Any]], Awaitable[None]],
    ) -> None:
        """Our own loop: Channels' dispatch makes a task and a hop to a shared thread per message."""
        await receive()  # websocket.connect
        await send({"type": "websocket.accept", "subprotocol": _subprotocol(scope)})
        transport = open_transport(scope, send)
        connection: Connection | None = None
        try:
            connection = await _admit(scope, transport)
            scope.clear()  # the request, which would be kept for as long as the connection lasts
            while (message := await receive())["type"] != "websocket.disconnect":
                if connection is not None:
                    await connection.receive(message.get("text"))
        finally:
            if connection is not None:
                connection.end()
            if isinstance(transport, QueuedTransport):
                await transport.aclose()


async def _admit(scope: dict[str, Any], transport: Transport) -> Connection | None:
    """The connection of who is signed in; None where the socket was closed, with its reason."""
    try:
        session_key = _session_key(scope)
        user_id = await _sessions.read(session_key) if session_key else None
    except Unavailable:
        Socket(0, transport).close_for_now()
        return None
    if session_key is None or user_id is None:
        Socket(0, transport).close(codes.CLOSE_SIGNED_OUT, "Signed out.")
        return None
    socket = Socket(user_id, transport)
    if SUBPROTOCOL not in scope["subprotocols"]:
        socket.close(codes.CLOSE_TOO_OLD, f"This server speaks {SUBPROTOCOL}.")
        return None
    address = _address(scope)
    await _sit_out(user_id, transport)
    if transport.is_gone():  # the seat that it would take may be that of somebody who is here
        return None
    return Connection(socket, session_key, address=address)


async def _sit_out(user_id: int, transport: Transport) -> None:
    """Who was closed for flooding and comes back too soon waits here, unread: a welcome costs more than
    all that was refused before."""
    while (left := floods.left(user_id)) and not transport.is_gone():  # noqa: ASYNC110 - no event tells of either
        await asyncio.sleep(min(left, LOOK_SECONDS))


def _subprotocol(scope: dict[str, Any]) -> str | None:
    return SUBPROTOCOL if SUBPROTOCOL in scope["subprotocols"] else None


def _session_key(scope: dict[str, Any]) -> str | None:
    """The session cookie that came with the handshake, read as pages read it."""
    session_key: str | None = None
    for name, value in scope["headers"]:
        if name == b"cookie":
            cookies = parse_cookie(value.decode("latin1"))
            session_key = cookies.get(settings.SESSION_COOKIE_NAME, session_key)
    return session_key


def _address(scope: dict[str, Any]) -> str:
    """One string for all who come from there: a crowd's are many, and live as long as its connections."""
    client = scope.get("client")
    return sys.intern(str(client[0])) if client else ""


async def _users_of(session_keys: Sequence[str]) -> list[int | None]:
    found = await database.run(identify_all, session_keys)
    return [found.get(key) for key in session_keys]


_sessions = Batch(_users_of)
