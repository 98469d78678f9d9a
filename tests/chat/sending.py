"""Short ways to send, for tests that are about something else."""

import uuid
from typing import Any

from accounts.models import User
from chat.actions import messages
from chat.models import Room
from chat.protocol.commands import MessageSend
from chat.protocol.results import SendResult


def draft(room: Room | int, body: str = "hello", **fields: Any) -> MessageSend:
    room_id = room if isinstance(room, int) else room.pk
    values = {"client_id": str(uuid.uuid4()), "body": body} | fields
    return MessageSend(id="1", room=room_id, **values)


def say(author: User, room: Room | int, body: str = "hello", **fields: Any) -> SendResult:
    return messages.send_and_wait(author.pk, draft(room, body, **fields))
