"""A TCP proxy in front of the servers: what a bad network does to connections, on purpose.

Owner: who enters it; leaving it ends every connection. It passes bytes on unread, and chooses back ends
round robin among those that take the connection.
"""

import asyncio
import contextlib
import socket
import struct
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncGenerator, Collection
from contextlib import asynccontextmanager
from typing import Literal

CHUNK_BYTES = 64 * 1024
CONNECT_SECONDS = 2.0
HOST = "127.0.0.1"
RESET_ON_CLOSE = struct.pack("ii", 1, 0)  # SO_LINGER: on, for no time

Way = Literal["up", "down"]  # to the server, to the client


class Link:
    """A client's connection and the one to the server that it is passed on to."""

    def __init__(self, proxy: "Proxy", client: StreamWriter, server: StreamWriter) -> None:
        self._proxy = proxy
        self._client = client
        self._server = server
        self._swallowed: frozenset[Way] = frozenset()

    def tear(self) -> None:
        """Resets both connections, mid-frame if it so happens."""
        for writer in (self._client, self._server):
            reset(writer)

    def swallow(self, ways: Collection[Way]) -> None:
        """From here on bytes of these ways are lost, and neither end is told."""
        self._swallowed = frozenset(ways)

    async def carry(self, from_client: StreamReader, from_server: StreamReader) -> None:
        """Until either end is gone."""
        pumps = {
            asyncio.create_task(self._pump("up", from_client, self._server)),
            asyncio.create_task(self._pump("down", from_server, self._client)),
        }
        try:
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
            self._client.transport.abort()
            if self._swallowed:
                self.swallow(["up", "down"])
                await asyncio.wait(pumps)  # the server is not told that its client has gone
        finally:
            for pump in pumps:
                pump.cancel()
            await asyncio.gather(*pumps, return_exceptions=True)
            self.tear()

    async def _pump(self, way: Way, reader: StreamReader, writer: StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(CHUNK_BYTES):
                if self._proxy.delay_seconds:
                    await asyncio.sleep(self._proxy.delay_seconds)
                if way not in self._swallowed:
                    writer.write(data)
                    await writer.drain()


class Proxy:
    def __init__(self, backends: list[int]) -> None:
        self.delay_seconds = 0.0
        self.lets_in = True
        self.links: set[Link] = set()
        self._backends = backends
        self._turn = 0
        self._tasks: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def listen(self, port: int) -> AsyncGenerator[None]:
        listener = await asyncio.start_server(self._take, HOST, port)
        try:
            yield
        finally:
            listener.close()
            tasks = list(self._tasks)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await listener.wait_closed()

    def cut_all(self) -> None:
        for link in list(self.links):
            link.tear()

    async def _take(self, from_client: StreamReader, client: StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        # asyncio makes this task and would log that it was cancelled as a failure.
        with contextlib.suppress(asyncio.CancelledError):
            try:
                await self._pass_on(from_client, client)
            finally:
                reset(client)
                self._tasks.discard(task)

    async def _pass_on(self, from_client: StreamReader, client: StreamWriter) -> None:
        backend = await self._connect() if self.lets_in else None
        if backend is None:
            return
        from_server, server = backend
        link = Link(self, client, server)
        self.links.add(link)
        try:
            await link.carry(from_client, from_server)
        finally:
            self.links.discard(link)

    async def _connect(self) -> tuple[StreamReader, StreamWriter] | None:
        """The next back end that is there, each asked once."""
        for _ in self._backends:
            self._turn += 1
            port = self._backends[self._turn % len(self._backends)]
            with contextlib.suppress(OSError, TimeoutError):
                async with asyncio.timeout(CONNECT_SECONDS):
                    return await asyncio.open_connection(HOST, port)
        return None


def reset(writer: StreamWriter) -> None:
    """Ends a connection with RST, which the other end hears as a failure."""
    link = writer.get_extra_info("socket")
    with contextlib.suppress(OSError):
        link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
    writer.transport.abort()
