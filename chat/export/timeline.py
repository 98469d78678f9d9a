"""The messages of a room in the order of their numbers, with all that hangs on them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import Any, NamedTuple

from django.db.models import Q

from accounts.models import User
from chat import payloads
from chat.models import Attachment, Mention, Message, MessageEdit, Reaction, Room
from chat.protocol import shapes
from chat.verify.pages import PAGE, ignore, walk

People = Mapping[int, shapes.User]


class Row(NamedTuple):
    seq: int
    pk: int
    kind: str
    author_id: int | None
    body: str
    content: list[Any] | None
    event: dict[str, Any] | None
    reply_to: int | None
    at: datetime
    edited_at: datetime | None
    deleted_at: datetime | None
    pinned_at: datetime | None


class Page(NamedTuple):
    """`reactions`, `files` and `edits` by message id; `people` has all who are named."""

    rows: list[Row]
    reactions: Mapping[int, Mapping[str, list[int]]]
    files: Mapping[int, list[Attachment]]
    edits: Mapping[int, list[tuple[datetime, str]]]
    people: People


def pages(room: Room, *, with_edits: bool) -> Iterator[Page]:
    columns = Message.objects.filter(room=room, seq__lte=room.last_seq).values_list(
        "seq", "pk", *Row._fields[2:]
    )
    rows = map(Row._make, walk(columns, "seq", room.first_seq, ignore))
    people: dict[int, shapes.User] = {}
    while page := list(islice(rows, PAGE)):
        # By their numbers: thousands of ids in a statement cost more than all the rest.
        hung = Q(message__room=room, message__seq__range=(page[0].seq, page[-1].seq))
        reactions = _reactions(hung)
        _learn(people, _named(page, reactions, hung))
        edits = _edits(hung) if with_edits else {}
        yield Page(page, reactions, _files(hung), edits, people)


def _reactions(hung: Q) -> Mapping[int, Mapping[str, list[int]]]:
    found: dict[int, dict[str, list[int]]] = {}
    rows = Reaction.objects.filter(hung).order_by("pk")
    for message_id, emoji, user_id in rows.values_list("message_id", "emoji", "user_id"):
        found.setdefault(message_id, {}).setdefault(emoji, []).append(user_id)
    return found


def _files(hung: Q) -> Mapping[int, list[Attachment]]:
    found: dict[int, list[Attachment]] = defaultdict(list)
    for row in Attachment.objects.filter(hung).order_by("position"):
        found[row.message_id or 0].append(row)
    return found


def _edits(hung: Q) -> Mapping[int, list[tuple[datetime, str]]]:
    found: dict[int, list[tuple[datetime, str]]] = defaultdict(list)
    rows = MessageEdit.objects.filter(hung).order_by("pk")
    for message_id, at, body in rows.values_list("message_id", "at", "body"):
        found[message_id].append((at, body))
    return found


def _named(page: list[Row], reactions: Mapping[int, Mapping[str, list[int]]], hung: Q) -> set[int]:
    named = {row.author_id for row in page if row.author_id is not None}
    for by_emoji in reactions.values():
        named.update(*by_emoji.values())
    for row in page:
        if row.event is not None:
            named |= _people_of(row.event)
    mentions = Mention.objects.filter(hung)
    return named | set(mentions.values_list("user_id", flat=True))


def _people_of(event: Mapping[str, Any]) -> set[int]:
    params = event.get("params", {})
    return {params[key] for key in ("actor", "user") if isinstance(params.get(key), int)}


def _learn(people: dict[int, shapes.User], ids: Collection[int]) -> None:
    unknown: Iterable[int] = ids - people.keys() if isinstance(ids, set) else ids
    for user in User.objects.filter(pk__in=list(unknown)):
        people[user.pk] = payloads.user(user)
