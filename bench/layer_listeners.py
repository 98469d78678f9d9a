"""Who listens while `bench.layer` publishes: a process with our own line, and others that only read.

They are processes of their own. Django is set up in the one that needs it, so it is imported there.
"""

import asyncio
import multiprocessing
import os
import selectors
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any
from urllib.parse import urlsplit

from .fan_out.cores import LOAD_CORE, SERVER_CORE


@contextmanager
def receiver(group: str, count: int) -> Iterator[Connection]:
    """Tells what CPU it took to take so many in, after one that warms up."""
    with _process(_receive, group, count) as pipe:
        yield pipe


@contextmanager
def sinks(channel: str, count: int) -> Iterator[None]:
    """Other processes, as far as Redis sees them: so many connections that subscribe and read."""
    with _process(_sink, channel, count):
        yield


@contextmanager
def _process(
    run: Callable[[Connection, str, int], None], place: str, count: int
) -> Iterator[Connection]:
    """Once it says that it listens."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=run, args=(there, place, count), daemon=True)
    process.start()
    there.close()  # so that the end of the process ends the wait for what it says
    here.recv()
    try:
        yield here
    finally:
        process.kill()
        process.join()


def _receive(pipe: Connection, group: str, count: int) -> None:
    import django

    django.setup()
    asyncio.run(_take_in(pipe, group, count))


async def _take_in(pipe: Connection, group: str, count: int) -> None:
    from chat import telegrams
    from chat.line import Line

    heard, all_heard, began = 0, asyncio.Event(), 0.0

    def hear(message: dict[str, Any]) -> None:
        nonlocal heard, began
        assert telegrams.changes(message)
        heard += 1
        if heard == 1:
            began = time.process_time()
        elif heard == count + 1:
            all_heard.set()

    line = Line(hear)
    line.want([group])
    await line.ready({group})
    pipe.send("listening")
    await all_heard.wait()
    pipe.send(time.process_time() - began)


def _sink(pipe: Connection, channel: str, count: int) -> None:
    os.sched_setaffinity(0, {LOAD_CORE, SERVER_CORE})
    place = urlsplit(os.environ["REDIS_URL"])
    selector = selectors.DefaultSelector()
    for _ in range(count):
        link = socket.create_connection((place.hostname, place.port))
        link.sendall(f"*2\r\n$9\r\nSUBSCRIBE\r\n${len(channel)}\r\n{channel}\r\n".encode())
        link.recv(1024)
        selector.register(link, selectors.EVENT_READ)
    pipe.send("listening")
    while True:
        for key, _ in selector.select():
            key.fileobj.recv(65_536)  # type: ignore[union-attr]  # sockets are all there is
