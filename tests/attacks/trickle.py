"""Handshakes that never come to an end, a few bytes at a time; half of them are not even HTTP."""

import asyncio
from random import Random

PAUSE_SECONDS = 0.5
CONNECT_AT_ONCE = 50
TLS_HELLO = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"
REQUEST = b"GET /ws/ HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nX-Slow: "


async def trickle(site: str, count: int, ready: asyncio.Event) -> None:
    """So many at a time, for ever: one that is cut off begins anew."""
    turn = asyncio.Semaphore(CONNECT_AT_ONCE)
    opened = [asyncio.Event() for _ in range(count)]
    tasks = [
        asyncio.create_task(_keep_on(site, number, turn, event))
        for number, event in enumerate(opened)
    ]
    await asyncio.gather(*(event.wait() for event in opened))
    ready.set()
    await asyncio.gather(*tasks)


async def _keep_on(site: str, number: int, turn: asyncio.Semaphore, opened: asyncio.Event) -> None:
    random = Random(number)
    host, _, port = site.removeprefix("http://").partition(":")
    while True:
        try:
            async with turn:
                reader, writer = await asyncio.open_connection(host, int(port))
            opened.set()
            await _dribble(reader, writer, random, is_http=number % 2 == 0)
        except OSError:
            await asyncio.sleep(PAUSE_SECONDS)


async def _dribble(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, random: Random, *, is_http: bool
) -> None:
    begun = REQUEST if is_http else TLS_HELLO
    writer.write(begun[: random.randrange(1, len(begun))])
    try:
        while not reader.at_eof():
            writer.write(b"a" if is_http else random.randbytes(1))
            await writer.drain()
            try:
                async with asyncio.timeout(PAUSE_SECONDS + random.random() / 10):
                    await reader.read(1024)
            except TimeoutError:
                pass
    finally:
        writer.transport.abort()
