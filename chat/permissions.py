"""Who may do what: pure predicates over rows already read, no database here."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.utils.translation import gettext_noop as _

from accounts.models import User
from accounts.owners import may_judge

from .errors import Archived, ChatError, Forbidden, Muted, NotFound, RateLimited
from .models import Membership, Message, Room, Sanction

_RANKS: dict[str, int] = {
    Membership.Role.MEMBER: 1,
    Membership.Role.MODERATOR: 2,
    Membership.Role.OWNER: 3,
}

InForce = tuple[str, datetime | None]  # the kind of a sanction, and until when


def outsider_refusal(room_kind: str | None) -> ChatError:
    """What one who is no member is told: only a public room may be known to exist."""
    if room_kind == Room.Kind.PUBLIC:
        return Forbidden(_("You are not a member of this room."))
    return NotFound(_("There is no such room."))


def is_member(membership: Membership | None) -> bool:
    return membership is not None and membership.left_at is None


def sanction_refusal(kind: str, until: datetime | None, now: datetime) -> ChatError:
    """What one under a sanction is told when posting."""
    retry_after = milliseconds_until(until, now) if until else None
    if kind == Sanction.Kind.BAN:
        return Forbidden(_("You are banned."), retry_after=retry_after)
    return Muted(_("You are muted."), retry_after=retry_after)


def sanctions_on(
    sanctions: Mapping[tuple[int, int | None], InForce], user_id: int, room_id: int
) -> list[InForce]:
    """Those that a user is under in a room, that of everywhere first."""
    places = [(user_id, None), (user_id, room_id)]
    return [sanctions[place] for place in places if place in sanctions]


def posting_refusal(
    sanctions: Sequence[InForce],
    archived_at: datetime | None,
    now: datetime,
    *,
    is_blocked: bool,
) -> ChatError | None:
    """Why a member who is under these may not post, edit or react now."""
    if sanctions:
        return sanction_refusal(*sanctions[0], now)
    if archived_at is not None:
        return archive_refusal()
    if is_blocked:
        return Forbidden(_("This person does not take messages from you."))
    return None


def archive_refusal() -> ChatError:
    return Archived(_("This room is archived."))


def slow_mode_refusal(
    slow_mode: int, last_post_at: datetime | None, now: datetime
) -> ChatError | None:
    """`slow_mode` is in seconds; None where the author may post now. A post that is still to come, by a clock
    that was set back since, holds nobody up."""
    if not slow_mode or last_post_at is None:
        return None
    wait = slow_mode * 1000 - int((now - last_post_at).total_seconds() * 1000)
    if not 0 < wait <= slow_mode * 1000:
        return None
    return RateLimited(_("This room is in slow mode."), retry_after=wait)


def can_moderate(membership: Membership) -> bool:
    return membership.role in (Membership.Role.OWNER, Membership.Role.MODERATOR)


def is_owner(membership: Membership) -> bool:
    return membership.role == Membership.Role.OWNER


def outranks(membership: Membership, other: Membership | None) -> bool:
    """Whether one may remove, mute or ban another: an owner anyone, a moderator who is neither."""
    held = None if other is None or not is_member(other) else other.role
    return _is_above(membership.role, held)


def can_judge(user_id: int, role: str, author_id: int, author_role: str | None) -> bool:
    """Whether a member sees that what another wrote was reported, and decides: as with a mute, but nobody on
    what they wrote themselves. `author_role` is None of who is in the room no longer.

    Those who keep order on the whole site decide on all, so also on what an only owner wrote.
    """
    return user_id != author_id and _is_above(role, author_role)


def stands_above(user: User, other: User) -> bool:
    """Whether one who keeps order on the whole site may mute or ban another there: an owner anyone but
    themselves, a moderator who is neither."""
    return user.pk != other.pk and may_judge(user, other)


def may_place(user: User, other: User) -> bool:
    """Whether one who keeps order on the whole site may give another a role in a room or take them out: those
    whom they judge, and an owner themselves, whose room may have nobody else to give it to them."""
    return user.is_superuser or stands_above(user, other)


def can_mention_room(membership: Membership) -> bool:
    """Who calls everybody at once; in a direct room nobody has to."""
    return can_moderate(membership)


def can_edit(message: Message, user_id: int) -> bool:
    return message.kind == Message.Kind.TEXT and message.author_id == user_id


def can_delete(message: Message, membership: Membership) -> bool:
    """Its author, and whoever keeps order; what the room itself says stays."""
    if message.kind != Message.Kind.TEXT:
        return False
    return message.author_id == membership.user_id or can_moderate(membership)


def can_report(message: Message, user_id: int) -> bool:
    return message.kind == Message.Kind.TEXT and message.author_id != user_id


def can_pin(room: Room, membership: Membership) -> bool:
    """A direct room has no moderators: there, both may."""
    return room.kind == Room.Kind.DIRECT or can_moderate(membership)


def can_invite(room: Room, membership: Membership) -> bool:
    return room.kind == Room.Kind.PUBLIC or (
        room.kind == Room.Kind.PRIVATE and can_moderate(membership)
    )


def can_make_links(room: Room, membership: Membership) -> bool:
    """Whoever has a link comes in, so those who keep the room answer for it, in a public one too."""
    return room.kind != Room.Kind.DIRECT and can_moderate(membership)


def milliseconds_until(moment: datetime, now: datetime) -> int:
    return max(0, int((moment - now).total_seconds() * 1000))


def _is_above(role: str, other: str | None) -> bool:
    """`other` is None of who is in the room no longer."""
    rank = 0 if other is None else _RANKS[other]
    keeps_order = role != Membership.Role.MEMBER
    return role == Membership.Role.OWNER or (keeps_order and rank < _RANKS[role])
