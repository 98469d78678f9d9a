"""One answer of the search."""

from collections.abc import Sequence

from chat import payloads, queries
from chat.fitting import MESSAGES_BYTES
from chat.models import Block
from chat.protocol.codec import encode
from chat.protocol.limits import SEARCH_PAGE
from chat.protocol.results import SearchResult
from chat.protocol.shapes import SearchHit

from . import asked, places
from .walk import Hit, Walk


def search(
    reader_id: int, text: str, *, room_id: int | None = None, before: int | None = None
) -> SearchResult:
    """The newest messages that the reader may read and that hold what is asked for; `before` goes on where an
    answer said that there is more."""
    question = asked.read(text)
    walk = Walk(
        asked=question,
        rooms=places.rooms(reader_id, question.rooms, room_id),
        people=places.people(reader_id, question.people),
        unheard=set(Block.objects.filter(user=reader_id).values_list("blocked", flat=True)),
    )
    found, more = walk.page(SEARCH_PAGE, before)
    hits = _shapes(found)
    kept = _fitting(hits)
    if len(kept) < len(hits):
        more = found[len(kept) - 1].message.pk
    people = queries.named_by([hit.message for hit in kept])
    return SearchResult(hits=kept, users=people, more=more)


def _shapes(found: Sequence[Hit]) -> list[SearchHit]:
    messages = payloads.messages([hit.message for hit in found])
    return [
        SearchHit(room=hit.message.room_id, message=message, marks=hit.marks)
        for hit, message in zip(found, messages, strict=True)
    ]


def _fitting(hits: list[SearchHit]) -> list[SearchHit]:
    """As many as an answer may hold beside its users, and one at the least."""
    spare = MESSAGES_BYTES
    for number, hit in enumerate(hits):
        spare -= len(encode(hit))
        if spare < 0 and number:
            return hits[:number]
    return hits
