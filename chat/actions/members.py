"""Verbs of memberships: who is in a room, and as what."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_noop as _

from accounts.models import User
from chat.actions.audit import record
from chat.actions.changing import RoomChange, changing, changing_as
from chat.actions.settling import tell_of_role
from chat.errors import BadRequest, Conflict, Forbidden, NotFound
from chat.models import Block, Membership, Room, Sanction
from chat.permissions import (
    archive_refusal,
    can_invite,
    can_moderate,
    is_member,
    is_owner,
    outranks,
    outsider_refusal,
    sanction_refusal,
)
from chat.protocol.commands import RoomInvite, RoomJoin, RoomLeave, RoomRemove, RoomRole
from chat.protocol.results import ChangeResult, RoomResult
from chat.queries import own_room


def join_room(actor_id: int, command: RoomJoin) -> RoomResult:
    """Makes oneself a member of a public room."""
    with changing(command.room, actor_id) as change:
        me = change.membership(actor_id)
        if me is None or not is_member(me):
            if change.room.kind != Room.Kind.PUBLIC or actor_id not in change.active:
                raise outsider_refusal(change.room.kind)
            refuse_newcomer(change, actor_id)
            me = enter(change, User.objects.get(pk=actor_id))
    return RoomResult(room=own_room(me))


def leave_room(actor_id: int, command: RoomLeave) -> ChangeResult:
    with changing_as(command.room, actor_id) as (change, me):
        if change.room.kind == Room.Kind.DIRECT:
            raise Forbidden(_("A direct conversation cannot be left."))
        if _others(change, me).exists():
            _refuse_last_owner(change, me)
        expel(change, me, Membership.Ending.LEFT)
        if change.room.kind == Room.Kind.PRIVATE:
            change.announce("member_left", user=actor_id)
        return change.result()


def invite_member(actor_id: int, command: RoomInvite) -> ChangeResult:
    """Makes another user a member."""
    with changing_as(command.room, actor_id, command.user) as (change, me):
        if not can_invite(change.room, me):
            raise Forbidden(_("You may not add people to this room."))
        change.refuse_sanctioned_everywhere(actor_id)
        if command.user not in change.active:
            raise NotFound(_("There is no such user."))
        bring_in(change, command.user, actor_id)
        return change.result()


def remove_member(actor_id: int, command: RoomRemove) -> ChangeResult:
    with changing_as(command.room, actor_id, command.user) as (change, me):
        if command.user == actor_id:
            raise BadRequest(_("To go yourself, leave the room."))
        member = change.membership(command.user)
        if not outranks(me, member):
            raise Forbidden(_("You may not remove this person."))
        if member is None:
            raise NotFound(_("There is no such member."))
        put_out(change, member, actor_id)
        return change.result()


def change_role(actor_id: int, command: RoomRole) -> ChangeResult:
    with changing_as(command.room, actor_id, command.user) as (change, me):
        if not is_owner(me):
            raise Forbidden(_("Only an owner may change roles."))
        member = change.membership(command.user)
        if member is None or not is_member(member):
            raise NotFound(_("There is no such member."))
        give_role(change, member, command.role, actor_id)
        return change.result()


def bring_in(change: RoomChange, user_id: int, actor_id: int) -> bool:
    """What `invite_member` does; its caller has seen to who may. False of a member, who stays as they are."""
    held = change.membership(user_id)
    if held is not None and is_member(held):
        return False
    if _ban(change, user_id):
        raise Forbidden(_("This person is banned from the room."))
    if change.room.archived_at is not None:
        raise archive_refusal()
    refuse_blocked(actor_id, [user_id])
    enter(change, User.objects.get(pk=user_id))
    if change.room.kind == Room.Kind.PRIVATE:
        change.announce("member_added", actor=actor_id, user=user_id)
    return True


def put_out(change: RoomChange, member: Membership, actor_id: int, *, reason: str = "") -> None:
    """What `remove_member` does; its caller has seen to who may."""
    if not is_member(member):
        return
    expel(change, member, Membership.Ending.REMOVED)
    record(
        "room.remove",
        actor_id=actor_id,
        room=change.room,
        user_id=member.user_id,
        reason=reason,
    )
    if change.room.kind == Room.Kind.PRIVATE:
        change.announce("member_removed", actor=actor_id, user=member.user_id)


def give_role(change: RoomChange, member: Membership, role: str, actor_id: int) -> None:
    """What `change_role` does; its caller has seen to who may, and named the user to `changing`."""
    if member.role == role:
        return
    if role != Membership.Role.MEMBER and member.user_id not in change.active:
        raise NotFound(_("There is no such user."))
    _refuse_last_owner(change, member)
    _set_role(change, member, role, actor_id)


def enter(
    change: RoomChange, user: User, role: Membership.Role = Membership.Role.MEMBER
) -> Membership:
    """Makes the user a member, with everything so far read. One who is a member already stays as is."""
    membership = change.membership(user.pk)
    if membership is not None and is_member(membership):
        return membership
    membership = membership or Membership(room=change.room)
    membership.user = user
    membership.role = role
    membership.rev = change.next_rev()
    membership.left_at = None
    membership.ending = ""
    membership.read_seq = change.room.last_seq
    membership.save()
    change.room.member_count += 1
    change.publish_member(membership)
    return membership


def count_as_read(change: RoomChange, membership: Membership) -> None:
    """What the room has just said of oneself is no news to oneself."""
    membership.read_seq = change.room.last_seq
    membership.save(update_fields=["read_seq"])


def expel(change: RoomChange, membership: Membership, ending: Membership.Ending) -> None:
    """Ends a membership. Nothing that is published after this reaches the one who left."""
    membership.left_at = change.now
    membership.ending = ending
    membership.rev = change.next_rev()
    membership.save(update_fields=["left_at", "ending", "rev"])
    change.room.member_count -= 1
    change.publish_member(membership)
    if can_moderate(membership):
        tell_of_role(change, membership.user_id)


def hand_on(change: RoomChange, membership: Membership, actor_id: int | None) -> None:
    """Before an owner goes whom nobody can ask any more: where there is no other, who has kept order, else
    who has been here longest, becomes one. Never the actor: to take an owner out is no way to become one."""
    others = Membership.objects.active().filter(room=change.room).exclude(pk=membership.pk)
    if not is_owner(membership) or others.filter(role=Membership.Role.OWNER).exists():
        return
    present = others.filter(user__is_active=True).exclude(user=actor_id).order_by("joined_at", "pk")
    heir = present.filter(role=Membership.Role.MODERATOR).first() or present.first()
    if heir is not None:
        _set_role(change, heir, Membership.Role.OWNER, actor_id)


def refuse_newcomer(change: RoomChange, user_id: int) -> None:
    """Raises what one is told who may not come in: who is banned here or everywhere, and in an archived room
    whoever was not there before."""
    if ban := _ban(change, user_id):
        raise sanction_refusal(*ban, change.now)
    if change.room.archived_at is not None:
        raise archive_refusal()


def refuse_blocked(actor_id: int, user_ids: Iterable[int]) -> None:
    """Nobody puts those who blocked them into a room. What a third person does is their own affair."""
    if Block.objects.filter(user__in=user_ids, blocked=actor_id).exists():
        raise Forbidden(_("This person does not take messages from you."))


def _set_role(change: RoomChange, member: Membership, role: str, actor_id: int | None) -> None:
    details = {"from": member.role, "to": role}
    record(
        "room.role", actor_id=actor_id, room=change.room, user_id=member.user_id, details=details
    )
    member.role = role
    member.rev = change.next_rev()
    member.save(update_fields=["role", "rev"])
    change.publish_member(member)
    tell_of_role(change, member.user_id)


def _refuse_last_owner(change: RoomChange, membership: Membership) -> None:
    """Before an owner steps down: somebody has to remain who can look after the room."""
    owners = _others(change, membership).filter(role=Membership.Role.OWNER)
    if is_owner(membership) and not owners.exists():
        raise Conflict(_("Make somebody else an owner of this room first."))


def _others(change: RoomChange, membership: Membership) -> QuerySet[Membership]:
    """The other members who still have an account: of a closed one nothing can be expected."""
    members = Membership.objects.active().filter(room=change.room, user__is_active=True)
    return members.exclude(pk=membership.pk)


def _ban(change: RoomChange, user_id: int) -> tuple[str, datetime | None] | None:
    """The (kind, until) of the ban in force, everywhere or here."""
    found = change.sanctions_on(user_id)
    return next((one for one in found if one[0] == Sanction.Kind.BAN), None)
