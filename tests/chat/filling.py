"""Many messages put into a room the short way, for tests that are about reading."""

from datetime import UTC, datetime

from django.db import transaction

from accounts.models import User
from chat import search_index
from chat.models import Message, Room
from chat.protocol import shapes


def fill(room: Room, author: User, count: int, *, body: str = "hello") -> None:
    """Stores messages the short way, in one transaction; every one takes the room's next seq and rev."""
    with transaction.atomic():
        _fill(room, author, count, body)


def _fill(room: Room, author: User, count: int, body: str) -> None:
    now = datetime.now(UTC)
    seq, rev = room.last_seq, room.last_rev
    Message.objects.bulk_create(
        Message(
            room=room,
            seq=seq + n,
            rev=rev + n,
            created_rev=rev + n,
            author=author,
            client_id=f"00000000-0000-4000-8000-{room.pk:04d}{seq + n:08d}",
            body=f"{body} {n}",
            at=now,
        )
        for n in range(1, count + 1)
    )
    rows = list(Message.objects.filter(room=room, seq__gt=seq))
    search_index.write(search_index.entries(rows))
    room.last_seq, room.last_rev = seq + count, rev + count
    room.save(update_fields=["last_seq", "last_rev"])


def seqs(messages: list[shapes.Message]) -> list[int]:
    return [message.seq for message in messages]
