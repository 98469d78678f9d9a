"""What the pages show: wire shapes, arranged for templates. The client arranges the same shapes by itself."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from msgspec import UNSET

from .emoji import is_few_emoji
from .protocol.events import Welcome
from .protocol.limits import MAX_NAMED_REACTORS
from .protocol.results import HistoryResult, MembersResult
from .protocol.shapes import Me, Message, OwnRoom, User
from .strings import isolated_if_turning, system_text, text

GROUP_SPAN = timedelta(minutes=5)
SNIPPET_LENGTH = 140
HIDDEN = "▒▒▒"
ENDS_LINE = {"p", "br", "code_block"}
FACES = 5
ROLES = ("owner", "moderator", "member")

# What is hidden stays so, in brief too; and where the text is cut, it may have been closed behind the cut.
_SPOILER = re.compile(r"\|\|(?=\S).*?\S\|\|", re.DOTALL)
_OPEN_SPOILER = re.compile(r"\|\|(?=\S).*", re.DOTALL)

People = Mapping[int, User]


@dataclass(frozen=True, slots=True)
class RoomLink:
    """One line of the room list."""

    room: OwnRoom
    title: str
    href: str
    partner: User | None
    is_current: bool
    is_unread: bool


@dataclass(frozen=True, slots=True)
class Reply:
    """The quiet line above an answer."""

    href: str
    author: User | None
    text: str


@dataclass(frozen=True, slots=True)
class Reaction:
    """One pill below a message."""

    emoji: str
    count: int
    is_mine: bool
    label: str


@dataclass(frozen=True, slots=True)
class Row:
    """One message of a timeline; `day` is set where a new day begins, `event` on a system message."""

    message: Message
    href: str
    at: datetime
    author: User | None
    day: datetime | None
    event: str | None
    is_head: bool
    is_mention: bool
    is_target: bool
    is_large: bool
    is_blocked: bool
    reply: Reply | None
    reactions: list[Reaction]
    people: People


@dataclass(frozen=True, slots=True)
class Person:
    user: User
    role: str


def room_links(welcome: Welcome, current_id: int | None) -> dict[str, list[RoomLink]]:
    """The room list in its sections."""
    me = welcome.me.user
    people = _by_id([*welcome.users, me])
    shown = [room for room in welcome.rooms if is_listed(room, me) or room.id == current_id]
    links = [_room_link(room, me, people, current_id) for room in shown]
    links.sort(key=lambda link: link.title.casefold())
    read = [link for link in links if not link.is_unread]
    direct = [link for link in read if link.room.kind == "direct"]
    return {
        "unread": [link for link in links if link.is_unread],
        "rooms": [link for link in read if link.room.kind != "direct"],
        # Where somebody spoke last comes first; what was never spoken in is last.
        "direct": sorted(direct, key=lambda link: link.room.last_at or "", reverse=True),
    }


def is_listed(room: OwnRoom, me: User) -> bool:
    """A direct room that another has opened is nothing to look at before something is said in it."""
    return room.kind != "direct" or room.last_seq > 0 or room.by in (None, me.id)


def room_href(room: OwnRoom, seq: int | None = None) -> str:
    """The address of a room, or of one message in it."""
    name, where = ("direct", [room.id]) if room.slug is None else ("room", [room.slug])
    if seq is None:
        return reverse(name, args=where)
    return reverse({"direct": "direct_message", "room": "message"}[name], args=[*where, seq])


def room_title(room: OwnRoom, me: User, people: People) -> str:
    """A direct room is called after the others in it."""
    if room.kind != "direct":
        return room.name
    names = (user.name for user in _others(room, me, people))
    return text("joint").join(names) or _("Notes to self")


def room_topic(room: OwnRoom, me: User, people: People) -> str:
    """What a room is for; of the other one of two, how they are."""
    if room.kind != "direct":
        return room.topic
    others = _others(room, me, people)
    return others[0].status_text if len(others) == 1 else ""


def blocked_partner(room: OwnRoom, me: Me) -> int | None:
    """The other one of a direct room of two, if one has blocked them."""
    ids = [] if room.users is UNSET else room.users
    others = [user_id for user_id in ids if user_id != me.user.id]
    return others[0] if len(others) == 1 and others[0] in me.blocked else None


def rows(room: OwnRoom, page: HistoryResult, me: Me, target: int | None) -> list[Row]:
    """The page's messages as lines, grouped by author and day."""
    people = _by_id(page.users)
    texts = {message.seq: message for message in [*page.replied, *page.messages]}
    lines: list[Row] = []
    for message in page.messages:
        event = system_text(message.event, people) if message.event is not None else None
        if message.kind == "system" and event is None:
            continue
        at = datetime.fromisoformat(message.at)
        last = lines[-1] if lines else None
        is_blocked = message.author in me.blocked
        is_new_day = last is None or last.at.date() != at.date()
        lines.append(
            Row(
                message=message,
                href=room_href(room, message.seq),
                at=at,
                author=people.get(message.author) if message.author else None,
                day=at if is_new_day else None,
                event=event,
                is_head=is_blocked
                or last is None
                or is_new_day
                or _begins_group(message, at, last),
                is_mention=_is_mention(message, me),
                is_target=message.seq == target,
                is_large=is_few_emoji(message.body),
                is_blocked=is_blocked,
                reply=_reply(room, message.reply_to, texts, people, me),
                reactions=_reactions(message, me.user, people),
                people=people,
            )
        )
    return lines


def _is_mention(message: Message, me: Me) -> bool:
    if message.author in (None, me.user.id, *me.blocked):
        return False
    return message.mention_room or me.user.id in message.mentions


def faces(page: MembersResult) -> list[User]:
    """A few of those in the room, for its beginning."""
    users = _by_id(page.users)
    return [users[member.user] for member in page.members[:FACES] if member.user in users]


def people_by_role(page: MembersResult) -> list[tuple[str, list[Person]]]:
    """The members in their roles, owners first, by name."""
    users = _by_id(page.users)
    people = [
        Person(users[member.user], member.role)
        for member in page.members
        if member.role is not None and member.user in users
    ]
    people.sort(key=lambda person: (ROLES.index(person.role), person.user.name.casefold()))
    return [(role, list(group)) for role, group in groupby(people, lambda person: person.role)]


def _room_link(room: OwnRoom, me: User, people: People, current_id: int | None) -> RoomLink:
    others = _others(room, me, people) if room.kind == "direct" else []
    is_current = room.id == current_id
    return RoomLink(
        room=room,
        title=room_title(room, me, people),
        href=room_href(room),
        partner=(others or [me])[0] if room.kind == "direct" else None,
        is_current=is_current,
        is_unread=not is_current and room.last_seq > max(room.read_seq, room.first_seq - 1),
    )


def _others(room: OwnRoom, me: User, people: People) -> list[User]:
    ids = [] if room.users is UNSET else room.users
    return [people[user_id] for user_id in ids if user_id != me.id and user_id in people]


def _begins_group(message: Message, at: datetime, last: Row) -> bool:
    return (
        message.kind != "text"
        or last.message.kind != "text"
        or message.author != last.message.author
        or message.reply_to is not None
        or at - last.at > GROUP_SPAN
    )


def _reply(
    room: OwnRoom, seq: int | None, texts: Mapping[int, Message], people: People, me: Me
) -> Reply | None:
    if seq is None:
        return None
    target = texts.get(seq)
    if target is not None and target.author in me.blocked:
        return Reply(href=room_href(room, seq), author=None, text=_("Blocked message"))
    author = people.get(target.author) if target is not None and target.author else None
    return Reply(href=room_href(room, seq), author=author, text=_snippet(target, people))


def _snippet(message: Message | None, people: People) -> str:
    """The beginning of what a message says, on one line."""
    if message is None:
        return _("An earlier message")
    if message.deleted_at is not None:
        return _("This message was deleted.")
    tree = message.content
    said = _veiled(message.body) if tree is None else _plain_text(tree, people)
    line = " ".join(said.split())
    if not line and message.attachments:
        line = message.attachments[0].name
    return line[:SNIPPET_LENGTH] or _("An earlier message")


def _plain_text(nodes: Iterable[Any], people: People) -> str:
    """What a tree says without its marks and what it hides; static/js/rich-text.js reads it alike."""
    return "".join(_plain(node, people) for node in nodes)


def _plain(node: dict[str, Any], people: People) -> str:
    if node["t"] == "spoiler":
        return HIDDEN
    if node["t"] == "mention" and node["user"] in people:
        return f"@{people[node['user']].name}"
    end = "\n" if node["t"] in ENDS_LINE else ""
    return f"{node.get('text', '')}{_plain_text(node.get('c', ()), people)}{end}"


def _veiled(body: str) -> str:
    beginning = body[: SNIPPET_LENGTH * 4]
    shown = _SPOILER.sub(HIDDEN, beginning)
    return shown if beginning == body else _OPEN_SPOILER.sub(HIDDEN, shown)


def _reactions(message: Message, me: User, people: People) -> list[Reaction]:
    return [
        Reaction(
            emoji=emoji,
            count=len(ids),
            is_mine=me.id in ids,
            label=text("reaction", emoji=emoji, who=_names(ids, people)),
        )
        for emoji, ids in message.reactions
    ]


def _names(ids: list[int], people: People) -> str:
    named = [people[one].name for one in ids[:MAX_NAMED_REACTORS] if one in people]
    return text("joint").join(isolated_if_turning(name) for name in named)


def _by_id(users: Iterable[User]) -> dict[int, User]:
    return {user.id: user for user in users}
