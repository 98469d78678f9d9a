"""Verbs of invitation links: doors into a room, made and closed by those who keep it."""

from django.db.models import F
from django.utils.translation import gettext_noop as _

from accounts.models import User
from chat import payloads
from chat.actions.audit import record
from chat.actions.changing import RoomChange, changing, changing_as
from chat.actions.members import count_as_read, enter, refuse_newcomer
from chat.errors import BadRequest, Conflict, Forbidden, NotFound
from chat.invites import good_invites
from chat.models import Invite, Membership, Room
from chat.permissions import archive_refusal, can_make_links, is_member
from chat.protocol.codec import moment
from chat.protocol.commands import InviteCreate, InviteRevoke
from chat.protocol.limits import MAX_INVITE_USES, MAX_INVITES
from chat.protocol.results import InviteResult, RoomResult
from chat.queries import own_room


def create_invite(actor_id: int, command: InviteCreate) -> InviteResult:
    expires_at = None if command.expires is None else moment(command.expires)
    with changing_as(command.room, actor_id) as (change, me):
        _refuse_unless_keeper(change, me)
        change.refuse_sanctioned_everywhere(actor_id)
        if change.room.archived_at is not None:
            raise archive_refusal()
        if (command.uses or 0) > MAX_INVITE_USES:
            raise BadRequest(_("uses is at most %(most)d."), most=MAX_INVITE_USES)
        if expires_at is not None and expires_at <= change.now:
            raise BadRequest(_("expires has passed."))
        if good_invites(change.now).filter(room=change.room).count() >= MAX_INVITES:
            raise Conflict(
                _("A room has at most %(most)d invitations; revoke one first."), most=MAX_INVITES
            )
        invite = Invite.objects.create(
            room=change.room,
            created_by_id=actor_id,
            created_at=change.now,
            expires_at=expires_at,
            max_uses=command.uses,
        )
        _record(invite, actor_id, "invite.create", uses=command.uses, expires=command.expires)
    return InviteResult(invite=payloads.invite(invite))


def revoke_invite(actor_id: int, command: InviteRevoke) -> None:
    with changing_as(command.room, actor_id) as (change, me):
        _refuse_unless_keeper(change, me)
        invite = Invite.objects.filter(room=change.room, code=command.code).first()
        if invite is None:
            raise NotFound(_("There is no such invitation."))
        revoke(change, invite, actor_id)


def revoke(change: RoomChange, invite: Invite, actor_id: int) -> None:
    """What `revoke_invite` does; its caller has seen to who may."""
    if invite.revoked_at is None:
        invite.revoked_at = change.now
        invite.save(update_fields=["revoked_at"])
        _record(invite, actor_id, "invite.revoke", uses=invite.uses)


def accept_invite(actor_id: int, code: str) -> RoomResult:
    """Makes oneself a member by a link. Its uses are counted under the room's lock, so none is given twice.

    Raises `NotFound` for whatever is no good any more, `Forbidden` for who is banned, and `Archived`.
    """
    invite = Invite.objects.filter(code=code).first() if "\0" not in code else None
    if invite is None:
        raise _gone()
    with changing(invite.room_id, actor_id) as change:
        good = good_invites(change.now).filter(pk=invite.pk)
        if actor_id not in change.active or not good.exists():
            raise _gone()
        me = change.membership(actor_id)
        if me is None or not is_member(me):
            refuse_newcomer(change, actor_id)
            me = enter(change, User.objects.get(pk=actor_id))
            Invite.objects.filter(pk=invite.pk).update(uses=F("uses") + 1)
            if change.room.kind == Room.Kind.PRIVATE:
                change.announce("member_invited", user=actor_id, actor=invite.created_by_id)
                count_as_read(change, me)
    return RoomResult(room=own_room(me))


def keeper_of(room_id: int) -> int:
    """One in whose name a link can be made: an owner, else a moderator. Raises `Conflict` without one."""
    keepers = Membership.objects.active().filter(
        room=room_id,
        role__in=[Membership.Role.OWNER, Membership.Role.MODERATOR],
        user__is_active=True,
    )
    # "owner" comes after "moderator".
    found = keepers.order_by("-role", "joined_at", "pk").values_list("user_id", flat=True).first()
    if found is None:
        raise Conflict(
            _("This room has neither owner nor moderator, so nobody can invite into it.")
        )
    return found


def _gone() -> NotFound:
    return NotFound(_("This invitation is no longer good."))


def _refuse_unless_keeper(change: RoomChange, me: Membership) -> None:
    if not can_make_links(change.room, me):
        raise Forbidden(_("Only owners and moderators invite by link."))


def _record(invite: Invite, actor_id: int, action: str, **details: object) -> None:
    """Without the code, which opens the door to whoever reads it."""
    shown = {"invite": invite.pk} | details
    record(action, actor_id=actor_id, room=invite.room, details=shown)
