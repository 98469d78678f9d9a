"""Verbs of reports: what members tell those who keep order."""

from chat.actions.changing import changing_as
from chat.actions.messages import find_message
from chat.errors import BadRequest, Conflict, Forbidden, TooLong
from chat.models import Report
from chat.permissions import can_report
from chat.protocol.commands import MessageReport
from chat.protocol.limits import MAX_REASON


def report_message(actor_id: int, command: MessageReport) -> None:
    """Puts a message into the queue of those who keep order, once for each who complains.

    No rev is taken and nobody is told: that somebody complained is not the room's to know.
    """
    reason = _fit_reason(command.reason)
    with changing_as(command.room, actor_id) as (change, _):
        message = find_message(change, command.seq)
        if not can_report(message, actor_id):
            raise Forbidden("Only what another person wrote can be reported.")
        if message.deleted_at is not None:
            raise Conflict("This message was deleted.")
        Report.objects.get_or_create(
            message=message,
            reporter_id=actor_id,
            defaults={"reason": reason, "at": change.now},
        )


def _fit_reason(reason: str) -> str:
    reason = reason.strip()
    if not reason:
        raise BadRequest("A report needs a reason.")
    if len(reason) > MAX_REASON:
        raise TooLong(f"A reason has at most {MAX_REASON} characters.")
    return reason
