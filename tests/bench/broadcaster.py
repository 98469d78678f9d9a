"""A server that tells everybody what one of them says, and can be made to do it badly."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from websockets.asyncio.server import ServerConnection, serve
from websockets.extensions.permessage_deflate import ServerPerMessageDeflateFactory

from bench.fan_out.frames import DEFLATE_OFFER
from bench.fan_out.load import Client, Wire


class Broadcaster:
    """What comes within a millisecond goes out as one frame. `faults` has members and how often they hear."""

    def __init__(self) -> None:
        self.port = 0
        self.faults: dict[int, int] = {}
        self._members: list[ServerConnection] = []
        self._due: list[str] = []

    def clients(self, count: int, *, deflate: bool = False) -> list[Client]:
        return [Client(self.port, fields=DEFLATE_OFFER if deflate else "")] * count

    def wire(self, body: str) -> Wire:
        return Wire([json.dumps({"message": f"@TAG@ {body}"})], marker='"message": "')

    async def attend(self, connection: ServerConnection) -> None:
        self._members.append(connection)
        async for text in connection:
            assert isinstance(text, str)
            self._due.append(text)
            if len(self._due) == 1:
                asyncio.get_running_loop().call_later(0.001, self._flush)

    def _flush(self) -> None:
        frame, self._due = f"[{','.join(self._due)}]", []
        for number, member in enumerate(self._members):
            for _ in range(self.faults.get(number, 1)):
                asyncio.get_running_loop().create_task(member.send(frame))


@asynccontextmanager
async def broadcasting() -> AsyncIterator[Broadcaster]:
    broadcaster = Broadcaster()
    deflate = ServerPerMessageDeflateFactory(
        server_no_context_takeover=True, client_no_context_takeover=True
    )
    async with serve(
        broadcaster.attend, "127.0.0.1", 0, compression=None, extensions=[deflate]
    ) as server:
        broadcaster.port = next(iter(server.sockets)).getsockname()[1]
        yield broadcaster
