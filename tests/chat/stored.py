"""Messages put into the database without the writer, for tests that are about reading."""

import uuid
from datetime import UTC, datetime
from typing import Any

from accounts.models import User
from chat import richtext, search_index
from chat.models import Message, Report, Room


def store(room: Room, author: User | None, *bodies: str, **fields: Any) -> None:
    """Stores these messages in this order."""
    values = {"at": datetime(2026, 1, 31, 9, tzinfo=UTC)} | fields
    room.refresh_from_db()
    for body in bodies:
        room.last_seq += 1
        room.last_rev += 1
        message = Message.objects.create(
            room=room,
            seq=room.last_seq,
            rev=room.last_rev,
            created_rev=room.last_rev,
            author=author,
            client_id=uuid.uuid4(),
            body=body,
            content=richtext.parse(body),
            **values,
        )
        search_index.write(search_index.entries([message]))
        room.last_message_at = values["at"]
    room.save(update_fields=["last_seq", "last_rev", "last_message_at"])


def complain(message: Message, reporter: User, *, reason: str = "Rude.", **fields: Any) -> Report:
    return Report.objects.create(
        message=message, room=message.room, reporter=reporter, reason=reason, **fields
    )
