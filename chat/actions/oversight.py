"""Verbs of those who keep order on the whole site: in any room, whether they are in it or not.

What they may comes from Django's permissions: the group "Moderators" has them, an owner of the site has all.
What they do is what a room's own owners and moderators do, by the same functions, so it gets the same revs,
is told to open pages in the same way, and is recorded in the audit log.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_noop as _

from accounts.models import User
from accounts.names import normal_username
from chat.actions import sanctions
from chat.actions.audit import record
from chat.actions.changing import RoomChange, changing
from chat.actions.invites import revoke
from chat.actions.members import bring_in, give_role, hand_on, put_out
from chat.actions.messages import empty_messages
from chat.actions.pacing import Pace
from chat.actions.reasons import fit_reason
from chat.actions.rooms import Settings, create_room, set_archived, set_settings
from chat.actions.settling import settle
from chat.errors import Conflict, Forbidden, NotFound
from chat.models import Invite, Membership, Message, Report, Room, Sanction
from chat.permissions import is_member, may_place, stands_above

DECIDE = "chat.change_report"
REMOVE_MESSAGES = "chat.delete_message"
SANCTION = "chat.add_sanction"
LIFT = "chat.change_sanction"
MAKE_ROOMS = "chat.add_room"
KEEP_ROOMS = "chat.change_room"
KEEP_MEMBERS = "chat.change_membership"
REVOKE = "chat.change_invite"


def remove_messages(actor_id: int, messages: Iterable[Message], *, reason: str) -> int:
    """Deletes what others said, in whatever rooms; how many of them were still there."""
    require(actor_id, REMOVE_MESSAGES)
    reason, by_room = fit_reason(reason), dict[int, list[int]]()
    for message in messages:
        by_room.setdefault(message.room_id, []).append(message.pk)
    count, pace = 0, Pace()
    for room_id, ids in sorted(by_room.items()):
        while ids:
            with pace.batch() as size, changing(room_id) as change:
                pace.begin_to_hold()
                count += remove(change, actor_id, ids[:size], reason)
            ids = ids[size:]
    return count


def remove(
    change: RoomChange,
    actor_id: int,
    message_ids: list[int],
    reason: str,
    *,
    decision: Report.Decision = Report.Decision.REMOVED,
) -> int:
    """Those of the room's messages; what waited for a decision about them is decided."""
    found = Message.objects.filter(pk__in=message_ids, room=change.room, deleted_at=None)
    rows = list(found.filter(kind=Message.Kind.TEXT).order_by("seq"))
    if not rows:
        return 0
    empty_messages(change, rows, by=actor_id)
    for row in rows:
        record(
            "message.delete",
            actor_id=actor_id,
            room=change.room,
            user_id=row.author_id,
            seq=row.seq,
            reason=reason,
        )
    settle(change, rows, by=actor_id, decision=decision)
    return len(rows)


def sanction(
    actor_id: int,
    user_id: int,
    kind: str,
    reason: str,
    *,
    until: datetime | None = None,
    room_id: int | None = None,
) -> None:
    """A mute or ban, in one room or everywhere."""
    require_above(actor_id, SANCTION, user_id)
    if room_id is None:
        sanctions.sanction_everywhere(user_id, kind, reason, until=until, actor_id=actor_id)
        return
    reason = fit_reason(reason)  # before anything is locked
    with changing(room_id, user_id) as change:
        if kind == Sanction.Kind.BAN:
            _refuse_direct(change)
        sanctions.sanction_in_room(change, actor_id, user_id, kind, reason, until=until)


def lift(actor_id: int, sanction: Sanction) -> None:
    """Raises `Conflict` where another has taken its place since the page was read: that one stays."""
    require_above(actor_id, LIFT, sanction.user_id)
    if not Sanction.objects.filter(pk=sanction.pk, lifted_at=None).exists():
        raise Conflict(_("This sanction has been lifted, or another has taken its place."))
    if sanction.room_id is None:
        sanctions.lift_everywhere(sanction.user_id, sanction.kind, actor_id=actor_id)
        return
    with changing(sanction.room_id) as change:
        sanctions.lift_in_room(change, actor_id, sanction.user_id, sanction.kind)


def make_room(actor_id: int, *, kind: Room.Kind, name: str, topic: str) -> Room:
    """As anybody makes one; whoever does it is its owner."""
    actor = require(actor_id, MAKE_ROOMS)
    with transaction.atomic():
        room = create_room(kind=kind, name=name, topic=topic, owner=actor)
        record("room.create", actor_id=actor_id, room=room)
    return room


def update_room(actor_id: int, room_id: int, given: Settings) -> None:
    """`given` is from `fit_settings`."""
    with _overseeing(room_id, actor_id, KEEP_ROOMS) as change:
        _refuse_direct(change)
        set_settings(change, given, actor_id)


def archive_room(actor_id: int, room_id: int, *, to: bool, reason: str = "") -> None:
    with _overseeing(room_id, actor_id, KEEP_ROOMS) as change:
        _refuse_direct(change)
        set_archived(change, actor_id, to=to, reason=reason)


def add_member(actor_id: int, room_id: int, username: str) -> None:
    user = User.objects.filter(username=normal_username(username), is_active=True).first()
    if user is None:
        raise NotFound(_("There is no such user."))
    with _overseeing(room_id, actor_id, KEEP_MEMBERS, user.pk) as change:
        _refuse_direct(change)
        if bring_in(change, user.pk, actor_id):
            record("room.add", actor_id=actor_id, room=change.room, user_id=user.pk)


def remove_member(actor_id: int, membership: Membership, *, reason: str) -> None:
    reason = fit_reason(reason)
    with _membership(actor_id, membership) as (change, member):
        hand_on(change, member, actor_id)
        put_out(change, member, actor_id, reason=reason)


def change_role(actor_id: int, membership: Membership, role: str) -> None:
    with _membership(actor_id, membership) as (change, member):
        give_role(change, member, role, actor_id)


def revoke_invite(actor_id: int, invite: Invite) -> None:
    with _overseeing(invite.room_id, actor_id, REVOKE) as change:
        invite.refresh_from_db()
        revoke(change, invite, actor_id)


def require(actor_id: int, permission: str) -> User:
    """Who does this, and may. Raises `Forbidden`."""
    actor = User.objects.filter(pk=actor_id, is_active=True, is_staff=True).first()
    if actor is None or not actor.has_perm(permission):
        raise Forbidden(_("You may not do this."))
    return actor


def require_above(actor_id: int, permission: str, user_id: int) -> None:
    """The same of what is done to a person. Those who keep order are an owner's to judge, and nobody judges
    themselves."""
    _require_over(actor_id, permission, user_id, stands_above)


def _require_over(
    actor_id: int, permission: str, user_id: int, may: Callable[[User, User], bool]
) -> None:
    actor = require(actor_id, permission)
    other = User.objects.filter(pk=user_id).first()
    if other is None:
        raise NotFound(_("There is no such user."))
    if not may(actor, other):
        if other == actor:
            raise Forbidden(_("You may not do this to yourself."))
        raise Forbidden(_("You may not do this to them."))


@contextmanager
def _overseeing(
    room_id: int, actor_id: int, permission: str, *user_ids: int
) -> Iterator[RoomChange]:
    require(actor_id, permission)
    with changing(room_id, *user_ids) as change:
        yield change


@contextmanager
def _membership(actor_id: int, membership: Membership) -> Iterator[tuple[RoomChange, Membership]]:
    """That of a member, read anew under the room's lock. Else a moderator of the site could make themselves
    owner of a room, and as such do to staff what is an owner's to do."""
    room_id, user_id = membership.room_id, membership.user_id
    _require_over(actor_id, KEEP_MEMBERS, user_id, may_place)
    with _overseeing(room_id, actor_id, KEEP_MEMBERS, user_id) as change:
        _refuse_direct(change)
        member = change.membership(user_id)
        if member is None or not is_member(member):
            raise NotFound(_("There is no such member."))
        yield change, member


def _refuse_direct(change: RoomChange) -> None:
    """A conversation is that of its people for ever, and has no settings."""
    if change.room.kind == Room.Kind.DIRECT:
        raise Conflict(_("A direct conversation stays as it is."))
