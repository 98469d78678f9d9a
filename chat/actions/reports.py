"""Verbs of reports: what members tell those who keep order, and what these decide."""

from datetime import timedelta

from django.db.models import Q
from django.utils.translation import gettext_noop as _

from chat.actions import oversight
from chat.actions.audit import record
from chat.actions.changing import RoomChange, changing, changing_as
from chat.actions.messages import find_message
from chat.actions.reasons import fit_reason
from chat.actions.sanctions import lock_to_judge
from chat.actions.settling import is_judge, settle, tell_judges
from chat.errors import Conflict, Forbidden, RateLimited
from chat.models import Message, Report, Sanction
from chat.permissions import can_report
from chat.protocol.commands import MessageReport, ReportDecide
from chat.protocol.limits import MAX_WAITING_REPORTS

MUTE_HOURS = 24
_SANCTIONS = {
    Report.Decision.MUTED: Sanction.Kind.MUTE,
    Report.Decision.BANNED: Sanction.Kind.BAN,
}


def report_message(actor_id: int, command: MessageReport) -> None:
    """Puts a message into the queue of those who keep order, once for each who complains.

    No rev is taken and nobody else is told: that somebody complained is not the room's to know.
    """
    reason = fit_reason(command.reason)
    with changing_as(command.room, actor_id) as (change, _membership):
        message = find_message(change, command.seq)
        if not can_report(message, actor_id):
            raise Forbidden(_("Only what another person wrote can be reported."))
        if message.deleted_at is not None:
            raise Conflict(_("This message was deleted."))
        mine = Report.objects.filter(reporter=actor_id)
        if mine.filter(message=message).exists():
            return
        if mine.filter(decided_at=None).count() >= MAX_WAITING_REPORTS:
            raise RateLimited(_("You have many reports that wait for a decision."))
        Report.objects.create(
            message=message, room=change.room, reporter_id=actor_id, reason=reason, at=change.now
        )
        tell_judges(change, {message.author_id or 0})


def decide_report(actor_id: int, report: Report, decision: Report.Decision) -> None:
    """Decides for those who complained about the message up to this report: who came later was not heard.
    What is not dismissed is removed, and then no report of it waits; its author may be muted everywhere for a
    day, or banned from the site for good.

    All of it or nothing happens. Raises `Conflict` where somebody else was faster.
    """
    actor = oversight.require(actor_id, oversight.DECIDE)
    message = report.message
    if message.author_id == actor_id and not actor.is_superuser:  # an owner may be alone
        raise Forbidden(_("Somebody else decides about what you wrote."))
    with changing(message.room_id) as change:
        if decision != Report.Decision.DISMISSED:
            oversight.require(actor_id, oversight.REMOVE_MESSAGES)
        reason = _carry_out(change, actor_id, message, decision, last=report.pk)
        if kind := _SANCTIONS.get(decision):
            _sanction_author(change, actor_id, message, kind)
        _record(change, actor_id, message, decision, reason)


def decide_in_room(actor_id: int, command: ReportDecide) -> None:
    """The same by who keeps order in the room. It is the one decision: those who do so on the whole site find
    the report among what is decided."""
    decision = Report.Decision(command.decision)
    with changing_as(command.room, actor_id) as (change, me):
        message = find_message(change, command.seq)
        if not is_judge(change, me, message):
            raise Forbidden(_("You may not decide on reports of this message."))
        if _has_decided(actor_id, message, decision, last=command.last):
            return
        reason = _carry_out(change, actor_id, message, decision, last=command.last)
        _record(change, actor_id, message, decision, reason)


def _has_decided(actor_id: int, message: Message, decision: Report.Decision, *, last: int) -> bool:
    """So that one whose answer was lost may ask again."""
    reports = Report.objects.filter(message=message, pk__lte=last)
    if reports.filter(decided_at=None).exists():
        return False
    return reports.filter(decided_by=actor_id, decision=decision).exists()


def _carry_out(
    change: RoomChange, actor_id: int, message: Message, decision: Report.Decision, *, last: int
) -> str:
    """Does with the message and what waits about it as was decided by who knew of the reports up to `last`.
    Returns why: what the first of them said.

    Who keeps order in the room learns of it before anybody's row is locked to judge them.
    """
    waiting = Report.objects.filter(message=message, pk__lte=last, decided_at=None)
    first = waiting.order_by("pk").first()
    if first is None:
        raise Conflict(_("This has been decided."))
    if decision == Report.Decision.DISMISSED:
        settle(change, [message], by=actor_id, decision=decision, last=last)
    elif not oversight.remove(change, actor_id, [message.pk], first.reason, decision=decision):
        settle(change, [message], by=actor_id, decision=decision)  # it was gone already
    return first.reason


def _record(
    change: RoomChange, actor_id: int, message: Message, decision: Report.Decision, reason: str
) -> None:
    record(
        "report.decide",
        actor_id=actor_id,
        room=change.room,
        user_id=message.author_id,
        seq=message.seq,
        reason=reason,
        details={"decision": decision},
    )


def _sanction_author(
    change: RoomChange, actor_id: int, message: Message, kind: Sanction.Kind
) -> None:
    """Everywhere; one who is under a longer sanction of this kind stays under that."""
    author_id = message.author_id or 0  # that of a text is never none
    oversight.require_above(actor_id, oversight.SANCTION, author_id)
    is_mute = kind == Sanction.Kind.MUTE
    until = change.now + timedelta(hours=MUTE_HOURS) if is_mute else None
    longer = Q(until=None) if until is None else Q(until=None) | Q(until__gte=until)
    held = Sanction.objects.filter(user=author_id, room=None, kind=kind, lifted_at=None)
    if not held.filter(longer).exists():
        place = f"#{change.room.slug or change.room.pk}/{message.seq}"
        lock_to_judge(author_id, {actor_id, *change.affected})
        oversight.sanction(actor_id, author_id, kind, place, until=until)
