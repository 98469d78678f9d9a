"""What a socket's application has still to take up."""

import asyncio
from typing import Any

from chatsite.daphne.inbox import MAX_INBOX, RESUME_AT, Inbox


def message(number: int) -> dict[str, Any]:
    return {"type": "websocket.receive", "text": str(number)}


async def test_messages_come_in_order_whether_waited_for_or_not() -> None:
    inbox = Inbox(lambda: None)
    first = asyncio.ensure_future(inbox.get())
    inbox.put_nowait(message(1))
    inbox.put_nowait(message(2))
    assert [await first, await inbox.get()] == [message(1), message(2)]


async def test_a_reader_that_was_cancelled_loses_nothing() -> None:
    inbox = Inbox(lambda: None)
    inbox.get().cancel()
    inbox.put_nowait(message(1))
    assert await inbox.get() == message(1)


async def test_there_is_room_again_once_most_was_taken_up() -> None:
    told: list[int] = []
    inbox = Inbox(lambda: told.append(len(inbox)))
    for number in range(MAX_INBOX):
        inbox.put_nowait(message(number))
    for _ in range(MAX_INBOX):
        await inbox.get()
    assert told == [RESUME_AT]


async def test_nothing_comes_after_the_disconnect() -> None:
    inbox = Inbox(lambda: None)
    inbox.put_nowait({"type": "websocket.disconnect", "code": 4413})
    inbox.put_nowait({"type": "websocket.disconnect", "code": 1006})
    assert (await inbox.get())["code"] == 4413
    assert len(inbox) == 0
