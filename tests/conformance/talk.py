"""Saying a lot at once: messages under way while others still wait for their answer."""

import uuid

from tests.client import Frame, Socket


async def submit(socket: Socket, room: int, body: str, **fields: object) -> str:
    """Sends a message without waiting; the command's id."""
    draft = {"room": room, "client_id": str(uuid.uuid4()), "body": body} | fields
    return await socket.send("message.send", **draft)


async def submit_many(socket: Socket, room: int, count: int, body: str = "{}") -> list[str]:
    """Sends "0", "1", "2" … without waiting; the commands' ids."""
    return [await submit(socket, room, body.format(number)) for number in range(count)]


async def answers(socket: Socket, command_ids: list[str]) -> list[Frame]:
    return [await socket.answer(command_id) for command_id in command_ids]


async def say_many(socket: Socket, room: int, count: int, body: str = "{}") -> list[Frame]:
    """Sends all at once, and all must be stored."""
    found = await answers(socket, await submit_many(socket, room, count, body))
    assert all(answer["type"] == "ok" for answer in found)
    return found
