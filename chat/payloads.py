"""Rows to wire shapes: the same for live events, history and sync."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from urllib.parse import quote

from django.conf import settings
from msgspec import UNSET, UnsetType
from msgspec.structs import asdict

from accounts.models import User

from .models import (
    Attachment,
    Invite,
    Membership,
    Mention,
    Message,
    Reaction,
    Report,
    Room,
    Sanction,
)
from .protocol import shapes
from .protocol.codec import timestamp
from .protocol.fields import Standing
from .protocol.limits import MAX_NAMED_REACTORS

OWN_FIELDS = ("role", "read_seq", "mentions", "notify")


class Own(Protocol):
    """The member's own part in a room: a membership `with_mentions`, or its OWN_FIELDS."""

    role: str
    read_seq: int
    mentions: int
    notify: str


def user(row: User) -> shapes.User:
    return shapes.User(
        id=row.pk,
        username=row.username,
        name=row.name,
        avatar=row.avatar_url,
        status_text=row.status_text,
        kind=row.kind,  # type: ignore[arg-type]
    )


def room(row: Room) -> shapes.Room:
    return shapes.Room(
        id=row.pk,
        kind=row.kind,  # type: ignore[arg-type]
        name=row.name,
        slug=row.slug,
        topic=row.topic,
        first_seq=row.first_seq,
        last_seq=row.last_seq,
        last_rev=row.last_rev,
        members=row.member_count,
        last_at=maybe(row.last_message_at),
        archived_at=maybe(row.archived_at),
        slow_mode=row.slow_mode,
        by=row.created_by_id,
    )


def listed_room(row: Room, *, joined: bool) -> shapes.ListedRoom:
    return shapes.ListedRoom(
        id=row.pk,
        name=row.name,
        slug=row.slug or "",
        topic=row.topic,
        members=row.member_count,
        joined=joined,
    )


def invite(row: Invite) -> shapes.Invite:
    return shapes.Invite(
        code=row.code,
        url=f"{settings.SITE_URL}/invite/{row.code}/",
        by=row.created_by_id,
        at=timestamp(row.created_at),
        expires_at=maybe(row.expires_at),
        max_uses=row.max_uses,
        uses=row.uses,
    )


def sanction(row: Sanction) -> shapes.Sanction:
    return shapes.Sanction(
        user=row.user_id,
        kind=row.kind,  # type: ignore[arg-type]
        reason=row.reason,
        by=row.by_id,
        at=timestamp(row.at),
        until=maybe(row.until),
    )


def report(row: Report) -> shapes.Report:
    return shapes.Report(by=row.reporter_id, reason=row.reason, at=timestamp(row.at))


def with_own_part(
    shared: shapes.Room,
    own: Own,
    *,
    people: list[int] | None,
    mute: shapes.Mute | UnsetType,
    reports: list[tuple[int, int]] | UnsetType,
) -> shapes.OwnRoom:
    return shapes.OwnRoom(
        **asdict(shared),
        role=own.role,  # type: ignore[arg-type]
        read_seq=own.read_seq,
        mentions=own.mentions,
        notify=own.notify,  # type: ignore[arg-type]
        users=UNSET if people is None else people,
        mute=mute,
        reports=reports,
    )


def standing(row: Membership) -> Standing:
    """What the user is in the room, or how they ceased to be in it."""
    if row.left_at is None:
        return row.role  # type: ignore[return-value]
    return row.ending or "removed"  # type: ignore[return-value]


def member(row: Membership) -> shapes.Member:
    role = None if row.left_at else row.role
    return shapes.Member(user=row.user_id, role=role)  # type: ignore[arg-type]


def messages(rows: list[Message]) -> list[shapes.Message]:
    """Their whole current states, in the order given. Three queries, however many rows."""
    ids = [row.pk for row in rows]
    reactions: dict[int, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for message_id, emoji, user_id in (
        Reaction.objects.filter(message__in=ids)
        .order_by("pk")
        .values_list("message_id", "emoji", "user_id")
    ):
        reactions[message_id][emoji].append(user_id)
    mentions: dict[int, list[int]] = defaultdict(list)
    for message_id, user_id in (
        Mention.objects.filter(message__in=ids)
        .order_by("user_id")
        .values_list("message_id", "user_id")
    ):
        mentions[message_id].append(user_id)
    files: dict[int, list[shapes.Attachment]] = defaultdict(list)
    for file in Attachment.objects.filter(message__in=ids).order_by("position"):
        files[file.message_id or 0].append(attachment(file))
    return [
        shapes.Message(
            seq=row.seq,
            rev=row.rev,
            kind=row.kind,  # type: ignore[arg-type]
            author=row.author_id,
            client_id=str(row.client_id) if row.client_id else None,
            body=row.body,
            content=row.content,
            event=row.event,
            at=timestamp(row.at),
            edited_at=maybe(row.edited_at),
            deleted_at=maybe(row.deleted_at),
            reply_to=row.reply_to,
            mentions=mentions.get(row.pk, []),
            mention_room=row.mention_room,
            attachments=files.get(row.pk, []),
            reactions=list(reactions[row.pk].items()) if row.pk in reactions else [],
            pinned=row.pinned_at is not None,
        )
        for row in rows
    ]


def attachment(row: Attachment) -> shapes.Attachment:
    return shapes.Attachment(
        id=row.pk,
        name=row.name,
        type=row.type,
        size=row.size,
        url=f"/files/{row.pk}/{quote(row.name, safe='')}",
        width=row.width,
        height=row.height,
        thumb=f"/thumbs/{row.pk}" if row.thumb else None,
    )


def people_of(rows: Sequence[shapes.Message]) -> list[int]:
    """The ids of the users that these messages name, each once: the authors first, of those who reacted with
    an emoji only as many as a page says the names of."""
    ids: dict[int, None] = {}
    for row in rows:
        if row.author is not None:
            ids[row.author] = None
        params = row.event["params"] if row.event is not None else {}
        ids |= {params[key]: None for key in ("actor", "user") if key in params}
    for row in rows:
        ids |= dict.fromkeys(row.mentions)
    for row in rows:
        for _, user_ids in row.reactions:
            ids |= dict.fromkeys(user_ids[:MAX_NAMED_REACTORS])
    return list(ids)


def maybe(at: datetime | None) -> str | None:
    return timestamp(at) if at else None
