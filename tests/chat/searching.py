"""Messages put where the search finds them, and what it found."""

from datetime import UTC, datetime

from accounts.models import User
from chat import payloads, search_index
from chat.models import Message, Room
from chat.protocol.results import SearchResult
from tests.chat.sending import say
from tests.chat.stored import store


def put(
    room: Room,
    author: User,
    *bodies: str,
    at: datetime = datetime(2026, 1, 31, 9, tzinfo=UTC),
) -> None:
    """Stores messages the short way, and indexes them."""
    store(room, author, *bodies, at=at)
    rows = list(Message.objects.filter(room=room).order_by("-seq")[: len(bodies)])
    shapes = payloads.messages(rows)
    search_index.write(
        {
            row.pk: search_index.entry(room.pk, shape)
            for row, shape in zip(rows[::-1], shapes[::-1], strict=True)
        }
    )


def sent(author: User, room: Room, body: str) -> int:
    return say(author, room, body).seq


def bodies(result: SearchResult) -> list[str]:
    return [hit.message.body for hit in result.hits]
