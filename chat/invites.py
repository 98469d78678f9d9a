"""Which invitation links are good: not revoked, expired or used up, and of somebody who still may invite.

Whoever made a link and is no owner or moderator any more, whose account is closed or who is banned from the
site, has no door into the room left open behind them; where they come back, so does what they had made.
"""

from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from . import payloads
from .errors import Forbidden
from .models import Invite, Membership, Room, Sanction
from .permissions import can_make_links
from .protocol.commands import InviteList
from .protocol.results import InvitesResult
from .queries import readable, users


def good_invites(now: datetime) -> QuerySet[Invite]:
    unexpired = Q(expires_at__isnull=True) | Q(expires_at__gt=now)
    unused = Q(max_uses__isnull=True) | Q(uses__lt=F("max_uses"))
    may_invite = Membership.objects.active().filter(
        room=OuterRef("room"),
        user=OuterRef("created_by"),
        role__in=[Membership.Role.OWNER, Membership.Role.MODERATOR],
    )
    in_force = Q(until__isnull=True) | Q(until__gt=now)
    banned = Sanction.objects.filter(
        in_force,
        user=OuterRef("created_by"),
        room=None,
        kind=Sanction.Kind.BAN,
        lifted_at__isnull=True,
    )
    return Invite.objects.filter(
        unexpired,
        unused,
        Exists(may_invite),
        ~Exists(banned),
        revoked_at__isnull=True,
        created_by__is_active=True,
    )


def room_invites(reader_id: int, command: InviteList) -> InvitesResult:
    """Those of a room, newest first, for whoever may make one; as many as a room can have."""
    membership = readable(reader_id, command.room)
    if not can_make_links(membership.room, membership):
        raise Forbidden("You may not see the invitations to this room.")
    rows = list(good_invites(timezone.now()).filter(room=command.room).order_by("-pk"))
    return InvitesResult(
        invites=[payloads.invite(row) for row in rows],
        users=users({row.created_by_id for row in rows}).users,
    )


def room_behind(code: str) -> Room | None:
    """The room that a good invitation leads into; of any other nothing is told."""
    found = good_invites(timezone.now()).select_related("room").filter(code=code)
    invite = found.first() if "\0" not in code else None
    return None if invite is None else invite.room


def is_in(user_id: int, room: Room) -> bool:
    return Membership.objects.active().filter(user=user_id, room=room).exists()
