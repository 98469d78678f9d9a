"""What the search found, and messages put where it finds them."""

from accounts.models import User
from chat.models import Room
from chat.protocol.results import SearchResult
from tests.chat.sending import say


def sent(author: User, room: Room, body: str) -> int:
    """The seq of a message that went the usual way."""
    return say(author, room, body).seq


def bodies(result: SearchResult) -> list[str]:
    return [hit.message.body for hit in result.hits]
