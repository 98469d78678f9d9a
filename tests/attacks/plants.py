"""Defects planted on purpose: what looks for such must find these.

They are wrapped around the application, so they are as deep in the server as any defect of ours can be, and
independent of how it is built.
"""

import asyncio
import tempfile
import threading
from collections.abc import Awaitable, Callable
from typing import Any

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]

KEPT_BYTES = 64 * 1024

_kept: list[object] = []


def wrap(application: Application, names: list[str]) -> Application:
    for name in names:
        application = PLANTS[name](application)
    return application


def raise_on_nul(application: Application) -> Application:
    """A frame of text with an escaped NUL ends the connection's application."""

    async def planted(scope: Message, receive: Receive, send: Send) -> None:
        async def received() -> Message:
            message = await receive()
            if r"\u0000" in (message.get("text") or ""):
                raise RuntimeError("planted")
            return message

        await application(scope, received, send)

    return planted


def raise_on_home(application: Application) -> Application:
    """The front page is answered with 500."""

    async def planted(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] == "/":
            raise RuntimeError("planted")
        await application(scope, receive, send)

    return planted


def keep_frames(application: Application) -> Application:
    """Something stays of every frame."""

    async def planted(scope: Message, receive: Receive, send: Send) -> None:
        async def received() -> Message:
            message = await receive()
            if "text" in message:
                _kept.append(bytearray(KEPT_BYTES))
            return message

        await application(scope, received, send)

    return planted


def keep_files(application: Application) -> Application:
    """A file stays open of every connection."""

    async def planted(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            _kept.append(tempfile.TemporaryFile())  # noqa: SIM115 - that is the plant
        await application(scope, receive, send)

    return planted


def keep_threads(application: Application) -> Application:
    """A thread stays of every page."""

    async def planted(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] != "/healthz":
            threading.Thread(target=threading.Event().wait, daemon=True).start()
        await application(scope, receive, send)

    return planted


def warn_on_home(application: Application) -> Application:
    """The front page leaves a file to the garbage collector, which warns of it."""

    async def planted(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] == "/":
            tempfile.TemporaryFile()  # noqa: SIM115 - that is the plant
        await application(scope, receive, send)

    return planted


def keep_tasks(application: Application) -> Application:
    """A task goes on of every connection."""

    async def planted(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            _kept.append(asyncio.create_task(asyncio.Event().wait()))
        await application(scope, receive, send)

    return planted


PLANTS = {
    plant.__name__: plant
    for plant in (
        raise_on_nul,
        raise_on_home,
        keep_frames,
        keep_files,
        keep_threads,
        warn_on_home,
        keep_tasks,
    )
}
