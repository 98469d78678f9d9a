"""What a socket's application has still to take up: a queue for one reader, small while it is empty.

`asyncio.Queue` keeps three deques and an event for each, five kilobytes that a hundred thousand idle sockets
would pay for. Bound: none here; who fills it stops reading its socket at MAX_INBOX and is told when to go on.
"""

import asyncio
from collections.abc import Callable
from typing import Any

MAX_INBOX = 64
RESUME_AT = MAX_INBOX // 4

Message = dict[str, Any]


def _nothing() -> None:
    """What is to be done for a socket that has ended."""


class Inbox:
    __slots__ = ("_has_ended", "_messages", "_on_room", "_waiter")

    def __init__(self, on_room: Callable[[], None]) -> None:
        """`on_room` is called when so much was taken up that there is room again."""
        self._on_room = on_room
        self._messages: list[Message] = []
        self._waiter: asyncio.Future[Message] | None = None
        self._has_ended = False

    def __len__(self) -> int:
        return len(self._messages)

    def put_nowait(self, message: Message) -> None:
        """By its name in `asyncio.Queue`, which Daphne knows. After the disconnect nothing is taken in."""
        if self._has_ended:
            return
        if message["type"] == "websocket.disconnect":
            self._has_ended, self._on_room = True, _nothing  # which knows the socket
        waiter, self._waiter = self._waiter, None
        if waiter is not None and not waiter.done():  # done: its reader was cancelled
            waiter.set_result(message)
        else:
            self._messages.append(message)

    def get(self) -> "asyncio.Future[Message]":
        """The ASGI `receive`: a future instead of a coroutine that waits for one."""
        future: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        if self._messages:
            future.set_result(self._messages.pop(0))
            if len(self._messages) == RESUME_AT:
                self._on_room()
        else:
            self._waiter = future
        return future
