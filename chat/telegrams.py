"""Telegrams: what the processes tell each other through the line, as a channel layer carries it.

Each is a dict with its `type`, the `origin` that sent it, and what it says. What the hub sends is written
here and read here; the `presence.*` ones are presence's own affair.
"""

from collections.abc import Sequence

from .feeds import Change
from .line import Message
from .profile_news import Profile
from .user_feeds import UserChange

CHANGES = "room.changes"
TYPING = "room.typing"
USER_CHANGE = "user.change"
PROFILE = "user.profile"
ACCESS = "user.access"
PRESENCE = ("presence.gossip", "presence.ask", "presence.bye")


def of_changes(origin: str, room_id: int, told: Sequence[Change]) -> Message:
    """`authors` beside them: a process from before there were any takes each change apart into four."""
    return {
        "type": CHANGES,
        "origin": origin,
        "room": room_id,
        "changes": [(change.rev, change.payload, change.member, change.recount) for change in told],
        "authors": [change.author for change in told],
    }


def changes(message: Message) -> list[Change]:
    told = message["changes"]
    authors = message.get("authors") or [None] * len(told)
    return [
        Change(rev, payload, tuple(member) if member else None, recount, author)
        for (rev, payload, member, recount), author in zip(told, authors, strict=True)
    ]


def of_typing(origin: str, room_id: int, user_id: int) -> Message:
    return {"type": TYPING, "origin": origin, "room": room_id, "user": user_id}


def of_user_change(origin: str, change: UserChange) -> Message:
    return {
        "type": USER_CHANGE,
        "origin": origin,
        "user": change.user_id,
        "rev": change.rev,
        "rooms": [(room_id, change.told.get(room_id)) for room_id in change.room_ids],
    }


def user_change(message: Message) -> UserChange:
    rooms: list[tuple[int, bytes | None]] = message["rooms"]
    return UserChange(
        message["user"],
        message["rev"],
        tuple(room_id for room_id, _ in rooms),
        {room_id: told for room_id, told in rooms if told is not None},
    )


def of_profile(origin: str, profile: Profile) -> Message:
    return {
        "type": PROFILE,
        "origin": origin,
        "user": profile.user_id,
        "rev": profile.rev,
        "event": profile.payload,
        "rooms": list(profile.room_ids),
    }


def profile(message: Message) -> Profile:
    return Profile(message["user"], message["rev"], message["event"], tuple(message["rooms"]))


def of_access(origin: str, user_id: int) -> Message:
    return {"type": ACCESS, "origin": origin, "user": user_id}
