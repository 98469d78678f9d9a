"""Who may do what: pure predicates over rows already read, no database here."""

from datetime import datetime

from .errors import Archived, ChatError, Forbidden, Muted, NotFound, RateLimited
from .models import Membership, Room, Sanction


def outsider_refusal(room_kind: str | None) -> ChatError:
    """What one who is no member is told: only a public room may be known to exist."""
    if room_kind == Room.Kind.PUBLIC:
        return Forbidden("You are not a member of this room.")
    return NotFound("There is no such room.")


def is_member(membership: Membership | None) -> bool:
    return membership is not None and membership.left_at is None


def sanction_refusal(kind: str, until: datetime | None, now: datetime) -> ChatError:
    """What one under a sanction is told when posting."""
    retry_after = milliseconds_until(until, now) if until else None
    if kind == Sanction.Kind.BAN:
        return Forbidden("You are banned from this room.", retry_after=retry_after)
    return Muted("You are muted in this room.", retry_after=retry_after)


def posting_refusal(
    sanction: tuple[str, datetime | None] | None,
    archived_at: datetime | None,
    now: datetime,
    *,
    is_blocked: bool,
) -> ChatError | None:
    """Why a member may not post, edit or react now; `sanction` is the (kind, until) they are under."""
    if sanction is not None:
        return sanction_refusal(*sanction, now)
    if archived_at is not None:
        return archive_refusal()
    if is_blocked:
        return Forbidden("This person does not take messages from you.")
    return None


def archive_refusal() -> ChatError:
    return Archived("This room is archived.")


def slow_mode_refusal(
    slow_mode: int, last_post_at: datetime | None, now: datetime
) -> ChatError | None:
    """`slow_mode` is in seconds; None where the author may post now."""
    if not slow_mode or last_post_at is None:
        return None
    wait = slow_mode * 1000 - int((now - last_post_at).total_seconds() * 1000)
    return RateLimited("This room is in slow mode.", retry_after=wait) if wait > 0 else None


def milliseconds_until(moment: datetime, now: datetime) -> int:
    return max(0, int((moment - now).total_seconds() * 1000))
