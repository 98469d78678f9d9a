"""What the search finds messages by: an entry beside each message that says something.

`words` takes texts apart. An entry is a text of tokens, each of which begins with the message's room:

    7.deploy    says "deploy", in room 7
    7@42        is by user 42
    7+link      has a link; so with `file`, `image`, `reaction` and `pin`

So what is looked up is the reader's own rooms and nothing else: how often others say a word, where they say
it, costs a reader nothing. No token has a position. What stands beside what is seen in the text itself, by
`words.find`, on both databases alike.

An entry is written in the transaction that changes its message: that of a new one by `message_sql`, that of
any other change by `update`. It is a function of what the message shows its readers, so verify_chat can tell
whether it is right, and `manage.py rebuild_search` can make it anew.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from django.db import connection

from chat import models, payloads
from chat.protocol.shapes import Attachment, Message

from . import postgres, sqlite
from .words import terms

TRAITS = ("link", "file", "image", "reaction", "pin")

Groups = Sequence[Sequence[str]]


def tokens(room_id: int, author_id: int, found_by: Iterable[str], traits: Iterable[str]) -> str:
    """An entry; `found_by` are the terms of the message's text."""
    words = f" {room_id}.".join(("", *found_by))
    return f"{room_id}@{author_id}{words}{''.join(f' {room_id}+{trait}' for trait in traits)}"


def entry(room_id: int, message: Message) -> str | None:
    """That of a message as it is now; None for one that says nothing to search for."""
    if message.kind != "text" or message.author is None or message.deleted_at is not None:
        return None
    return tokens(room_id, message.author, terms(message.body), _traits(message))


def entries(rows: Sequence[models.Message]) -> dict[int, str | None]:
    """Those of many messages, by id. Three queries, however many rows."""
    shapes = zip(rows, payloads.messages(list(rows)), strict=True)
    return {row.pk: entry(row.room_id, shape) for row, shape in shapes}


def traits_of(content: list[Any] | None, files: Iterable[Attachment]) -> list[str]:
    """Those that a message has from the beginning."""
    types = [file.type for file in files]
    traits = ["link"] if has_link(content) else []
    traits += ["file"] if types else []
    return traits + (["image"] if any(kind.startswith("image/") for kind in types) else [])


def update(room_id: int, message_id: int, message: Message) -> None:
    """Brings the entry in step with the message, in the caller's transaction. What the room itself says has
    none, ever."""
    if message.kind == "text":
        write({message_id: entry(room_id, message)})


def write(entries: Mapping[int, str | None]) -> None:
    """Makes these the messages' entries; None takes one away."""
    _dialect().write(entries)


def settle(entries: int) -> None:
    """Has the index merge a little, in a transaction that has put in or taken out so many entries, where
    `write` was not the way."""
    _dialect().settle(entries)


def read(message_ids: Collection[int]) -> dict[int, set[str]]:
    """The tokens of those of the messages that have an entry."""
    return {pk: set(tokens.split()) for pk, tokens in _dialect().read(list(message_ids))}


def look_up(rooms: Sequence[int], groups: Groups, span: range, newest: int) -> Iterator[int]:
    """Ids of the messages of these rooms, newest first, that have one token of every group.

    Tokens are given without the room. `span` bounds the ids, and thereby what a lookup may cost: it is about
    as long as one of `spans`. `newest` is the highest id there is.
    """
    return _dialect().look_up(rooms, groups, span, newest)


def bodies(message_ids: Sequence[int]) -> list[tuple[int, str]]:
    """What those of the messages say that were not deleted, newest first. Whole rows take much longer."""
    return _dialect().bodies(message_ids)


def merge(pages: int, *, from_all: bool) -> bool:
    """Writes about so many pages of the index anew, without the words of what was deleted; whether there is
    more to do. `from_all` is for the first call of many: then all that was deleted before it goes."""
    return _dialect().merge(pages, from_all=from_all)


def spans() -> Sequence[int]:
    """Of so many ids a lookup is asked: the first where nothing is known of how many will be found, and the
    next after each that found little."""
    return _dialect().SPANS


def has_link(content: Sequence[Any] | None) -> bool:
    """Whether there is a link in a rich-text tree."""
    return any(node.get("t") == "link" or has_link(node.get("c")) for node in content or () if node)


def _traits(message: Message) -> list[str]:
    has = {"reaction": bool(message.reactions), "pin": message.pinned}
    said = traits_of(message.content, message.attachments)
    return [trait for trait in TRAITS if trait in said or has.get(trait)]


class _Dialect(Protocol):
    SPANS: Sequence[int]

    def write(self, entries: Mapping[int, str | None]) -> None: ...
    def settle(self, entries: int) -> None: ...
    def read(self, message_ids: Sequence[int]) -> list[tuple[int, str]]: ...
    def look_up(
        self, rooms: Sequence[int], groups: Groups, span: range, newest: int
    ) -> Iterator[int]: ...
    def bodies(self, message_ids: Sequence[int]) -> list[tuple[int, str]]: ...
    def merge(self, pages: int, *, from_all: bool) -> bool: ...


def _dialect() -> _Dialect:
    return postgres if connection.vendor == "postgresql" else sqlite
