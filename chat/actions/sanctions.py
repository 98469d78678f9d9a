"""Verbs of mutes and bans, in one room or everywhere. Each leaves an entry in the audit log."""

from collections.abc import Collection
from datetime import datetime
from functools import partial

from django.db import transaction
from django.utils.translation import gettext_noop as _

from accounts import locks
from accounts.committed import once_committed
from accounts.models import User
from chat import hub
from chat.actions.audit import record
from chat.actions.changing import RoomChange, changing_as
from chat.actions.members import expel, hand_on
from chat.actions.oneself import tell_oneself
from chat.actions.reasons import fit_reason
from chat.errors import BadRequest, Forbidden, NotFound
from chat.message_store import present
from chat.models import Membership, Room, Sanction
from chat.permissions import is_member, outranks
from chat.protocol.codec import moment, timestamp
from chat.protocol.commands import SanctionLift, SanctionSet


def set_sanction(actor_id: int, command: SanctionSet) -> None:
    """Puts the sanction in the place of an earlier one of its kind; a ban ends the membership as well."""
    reason = fit_reason(command.reason)  # before anything is locked
    until = None if command.until is None else moment(command.until)
    with changing_as(command.room, actor_id, command.user) as (change, me):
        _refuse_target(change, me, command.user)
        _refuse_owner(me, command.user)
        sanction_in_room(change, actor_id, command.user, command.kind, reason, until=until)


def lift_sanction(actor_id: int, command: SanctionLift) -> None:
    """Ends a sanction of this kind; one who was banned may come back, and does not by itself."""
    with changing_as(command.room, actor_id, command.user) as (change, me):
        _refuse_target(change, me, command.user)
        lift_in_room(change, actor_id, command.user, command.kind)


def sanction_in_room(
    change: RoomChange,
    actor_id: int,
    user_id: int,
    kind: str,
    reason: str,
    *,
    until: datetime | None,
) -> None:
    """What `set_sanction` does; its caller has seen to who may, and that the reason fits."""
    _refuse_past(until, change.now)
    held = _in_force(user_id, change.room, kind, change.now)
    if [(one.reason, one.until) for one in held] != [(reason, until)]:
        _lift(held, change.now)
        Sanction.objects.create(
            user_id=user_id,
            room=change.room,
            kind=kind,
            reason=reason,
            by_id=actor_id,
            at=change.now,
            until=until,
        )
        _record(change.room, actor_id, f"sanction.{kind}", user_id, reason=reason, until=until)
        _tell_muted(change, user_id, kind)
    member = change.membership(user_id)
    if kind == Sanction.Kind.BAN and member is not None and is_member(member):
        # Whoever keeps order on the whole site may ban the only owner.
        hand_on(change, member, actor_id)
        expel(change, member, Membership.Ending.BANNED)
        if change.room.kind == Room.Kind.PRIVATE:
            change.announce("member_removed", actor=actor_id, user=user_id)


def lift_in_room(change: RoomChange, actor_id: int, user_id: int, kind: str) -> None:
    """What `lift_sanction` does; its caller has seen to who may."""
    if held := _in_force(user_id, change.room, kind, change.now):
        _lift(held, change.now)
        _record(change.room, actor_id, f"sanction.un{kind}", user_id)
        _tell_muted(change, user_id, kind)


def sanction_everywhere(
    user_id: int,
    kind: str,
    reason: str,
    *,
    until: datetime | None = None,
    actor_id: int | None = None,
) -> None:
    """A mute or ban from the whole site; its caller has seen to who may. A ban ends all connections.

    Its user's row is locked FOR UPDATE, so nothing that they send is stored after this.
    """
    reason, now = fit_reason(reason), present()
    with transaction.atomic():
        lock_to_judge(user_id, () if actor_id is None else (actor_id,))
        _refuse_past(until, now)
        held = _in_force(user_id, None, kind, now)
        if [(one.reason, one.until) for one in held] == [(reason, until)]:
            return
        _lift(held, now)
        Sanction.objects.create(
            user_id=user_id, kind=kind, reason=reason, by_id=actor_id, at=now, until=until
        )
        _record(None, actor_id, f"sanction.{kind}", user_id, reason=reason, until=until)
        if kind == Sanction.Kind.BAN:
            once_committed(partial(hub.publish_access, user_id))
        else:
            tell_oneself(user_id)


def lift_everywhere(user_id: int, kind: str, *, actor_id: int | None = None) -> None:
    with transaction.atomic():
        lock_to_judge(user_id, () if actor_id is None else (actor_id,))
        now = present()
        if held := _in_force(user_id, None, kind, now):
            _lift(held, now)
            _record(None, actor_id, f"sanction.un{kind}", user_id)
            if kind == Sanction.Kind.MUTE:
                tell_oneself(user_id)


def lock_to_judge(user_id: int, others: Collection[int]) -> None:
    """`others` are all whom this transaction names or tells of something: two may judge at once, each of
    somebody who is told of what happens to the other."""
    if not locks.take(user_id, others):
        raise NotFound(_("There is no such user."))


def _tell_muted(change: RoomChange, user_id: int, kind: str) -> None:
    """So that nobody writes in vain who is muted, and nobody keeps quiet who is no longer. Whoever is not in
    the room is told when they come in."""
    member = change.membership(user_id)
    if kind == Sanction.Kind.MUTE and is_member(member):
        change.tell_own_part({user_id})


def _refuse_past(until: datetime | None, now: datetime) -> None:
    if until is not None and until <= now:
        raise BadRequest(_("until has passed."))


def _refuse_target(change: RoomChange, me: Membership, user_id: int) -> None:
    """Raises where the sanction may not be; one who is no member may be kept out, too."""
    if user_id == me.user_id:
        raise BadRequest(_("Nobody sanctions themselves."))
    if not outranks(me, change.membership(user_id)):
        raise Forbidden(_("You may not sanction this person."))
    if not User.objects.filter(pk=user_id).exists():
        raise NotFound(_("There is no such user."))


def _refuse_owner(me: Membership, user_id: int) -> None:
    """An owner of the site is sanctioned by another alone: else whoever gives roles on the site could have
    them banned."""
    if not me.user.is_superuser and User.objects.filter(pk=user_id, is_superuser=True).exists():
        raise Forbidden(_("You may not sanction this person."))


def _in_force(user_id: int, room: Room | None, kind: str, now: datetime) -> list[Sanction]:
    found = Sanction.objects.filter(user=user_id, room=room, kind=kind, lifted_at__isnull=True)
    return [one for one in found if one.until is None or one.until > now]


def _lift(sanctions: list[Sanction], now: datetime) -> None:
    for sanction in sanctions:
        sanction.lifted_at = now
        sanction.save(update_fields=["lifted_at"])


def _record(
    room: Room | None,
    actor_id: int | None,
    action: str,
    user_id: int,
    *,
    reason: str = "",
    until: datetime | None = None,
) -> None:
    details = {} if until is None else {"until": timestamp(until)}
    record(action, actor_id=actor_id, room=room, user_id=user_id, reason=reason, details=details)
