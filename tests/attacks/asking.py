"""A broken request on a connection of its own, and the statuses it is answered with."""

import asyncio
import re

SILENCE_SECONDS = 0.3
NO_ANSWER_SECONDS = 1.5  # the server looks once a second whether an application has failed
CONNECT_SECONDS = 10.0
MOST_BYTES = 4 * 1024 * 1024
STATUS = re.compile(rb"(?:^|\n)HTTP/1\.[01] (\d{3})[ \r]")


async def ask(request: bytes, site: str) -> list[int]:
    """Sends it and reads until the server closes or has said nothing for a while."""
    host, _, port = site.removeprefix("http://").partition(":")
    async with asyncio.timeout(CONNECT_SECONDS):
        reader, writer = await asyncio.open_connection(host, int(port))
    told = b""
    try:
        writer.write(request)
        while len(told) < MOST_BYTES:
            async with asyncio.timeout(SILENCE_SECONDS if told else NO_ANSWER_SECONDS):
                part = await reader.read(65536)
            if not part:
                break
            told += part
    except (TimeoutError, ConnectionError):
        pass
    finally:
        writer.transport.abort()
    return [int(status) for status in STATUS.findall(told)]


def judge(statuses: list[int]) -> list[str]:
    return [f"answered {status}" for status in statuses if status >= 500]
