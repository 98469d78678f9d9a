"""People who talk without a pause, and come back when they are sent away."""

import asyncio
import sqlite3
import uuid

from websockets.exceptions import ConnectionClosed

from tests.client import Socket, Visitor
from tests.server import Server

DEADLINE_SECONDS = 30.0


class Talk:
    """Whoever is refused a connection ends the talk with that error."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor
        self.acknowledged: set[str] = set()
        self._one_more = asyncio.Event()
        self.goodbyes = 0
        self.is_over = False
        self.is_over_at_goodbye = False

    async def go_on(self) -> None:
        """One person, through as many connections as it takes."""
        while not self.is_over:
            async with self.visitor.connect() as socket:
                try:
                    await socket.hello()
                    await self._say_on(socket, socket.room("general"))
                except (
                    ConnectionClosed,
                    AssertionError,
                ):  # closed, or first refused as unavailable
                    assert await socket.closed() == 1012
                    self.goodbyes += 1
                    self.is_over |= self.is_over_at_goodbye

    async def until_said(self, count: int) -> None:
        """Until so many more are acknowledged."""
        wanted = len(self.acknowledged) + count
        async with asyncio.timeout(DEADLINE_SECONDS):
            while len(self.acknowledged) < wanted:
                await self._one_more.wait()
                self._one_more.clear()

    async def _say_on(self, socket: Socket, room: int) -> None:
        while not self.is_over:
            client_id = str(uuid.uuid4())
            await socket.ok("message.send", room=room, client_id=client_id, body="and on")
            self.acknowledged.add(client_id)
            self._one_more.set()


def stored(server: Server) -> set[str]:
    """The client ids of all messages in the server's database."""
    with sqlite3.connect(server.var_dir / "chat.sqlite3") as database:
        rows = database.execute("SELECT client_id FROM chat_message").fetchall()
    database.close()
    return {str(uuid.UUID(client_id)) for (client_id,) in rows if client_id}
