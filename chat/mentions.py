"""From bodies to rich text: whom they mention is looked up among the members of their rooms.

The names are read right before the transaction that stores the message, without a lock: whoever joins or
leaves in this moment is mentioned or not, as if it had been a moment earlier. For bodies without an `@`
nobody is looked up.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db.models import Q

from accounts.models import User

from . import richtext
from .errors import BadRequest, ChatError
from .message_store import Draft
from .models import Membership
from .permissions import can_mention_room
from .protocol.limits import MAX_MENTIONS

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Source:
    author_id: int
    room_id: int
    body: str


@dataclass(frozen=True, slots=True)
class Parsed:
    """A body's rich text; the others whom it mentions, ascending; what it is refused with."""

    content: list[richtext.Node] | None = None
    mentions: tuple[int, ...] = ()
    mention_room: bool = False
    refusal: ChatError | None = None


def parse(author_id: int, room_id: int, body: str) -> Parsed:
    source = Source(author_id, room_id, body)
    [names] = _names_of([source])
    return _parse(source, names)


def parse_all(drafts: Sequence[Draft]) -> list[Draft]:
    """The drafts with their rich text; at most three queries. What is refused already stays as it is."""
    sources = [
        Source(draft.author_id, draft.room_id, "" if draft.refusal else draft.body)
        for draft in drafts
    ]
    return [
        draft if draft.refusal else _with(draft, _parse_at_all(source, names))
        for draft, source, names in zip(drafts, sources, _names_of(sources), strict=True)
    ]


def _with(draft: Draft, parsed: Parsed) -> Draft:
    return replace(
        draft,
        content=parsed.content,
        mentions=parsed.mentions,
        mention_room=parsed.mention_room,
        refusal=parsed.refusal,
    )


def _parse_at_all(source: Source, names: richtext.Names) -> Parsed:
    try:
        return _parse(source, names)
    except Exception:
        log.exception("A body of user %d cannot be parsed and stays plain.", source.author_id)
        return Parsed()


def _parse(source: Source, names: richtext.Names) -> Parsed:
    content = richtext.parse(source.body, names)
    if not names:
        return Parsed(content)
    ids, mention_room = richtext.mentioned(content)
    if len(ids) > MAX_MENTIONS:
        return Parsed(refusal=BadRequest(f"A message mentions at most {MAX_MENTIONS} people."))
    return Parsed(content, tuple(sorted(ids - {source.author_id})), mention_room)


def _names_of(sources: Sequence[Source]) -> list[richtext.Names]:
    """Of each source the names it may mention that members of its room have."""
    candidates = [
        richtext.candidates(source.body) if "@" in source.body else set[str]() for source in sources
    ]
    asked = list(zip(sources, candidates, strict=True))
    members = _members(asked)
    callers = _callers(asked)
    found: list[richtext.Names] = []
    for source, names in asked:
        known: dict[str, int | None] = {
            name: members[source.room_id, name]
            for name in names
            if (source.room_id, name) in members
        }
        if (source.room_id, source.author_id) in callers:
            known |= dict.fromkeys(names & richtext.ROOM_NAMES)
        found.append(known)
    return found


def _members(asked: Sequence[tuple[Source, set[str]]]) -> dict[tuple[int, str], int]:
    """(room, username) -> user. People first: in a join SQLite would walk all members of a large room."""
    wanted = set[str]().union(*(names for _, names in asked)) - richtext.ROOM_NAMES
    if not wanted:
        return {}
    people = dict(User.objects.filter(username__in=wanted).values_list("pk", "username"))
    places = Q()
    for source, names in asked:
        if meant := [user_id for user_id, username in people.items() if username in names]:
            places |= Q(room=source.room_id, user__in=meant)
    if not places:
        return {}
    rows = Membership.objects.active().filter(places).values_list("room_id", "user_id")
    return {(room_id, people[user_id]): user_id for room_id, user_id in rows}


def _callers(asked: Sequence[tuple[Source, set[str]]]) -> set[tuple[int, int]]:
    """(room, author) of those who may mention the room, where they mean to."""
    wanted = Q()
    for source, names in asked:
        if names & richtext.ROOM_NAMES:
            wanted |= Q(room=source.room_id, user=source.author_id)
    if not wanted:
        return set()
    rows = Membership.objects.active().filter(wanted)
    return {(row.room_id, row.user_id) for row in rows if can_mention_room(row)}
