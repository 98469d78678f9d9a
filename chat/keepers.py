"""What those read who keep order in a room: who is muted or banned there, and what they have to decide."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from django.db.models import Q, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from . import payloads
from .errors import Forbidden
from .fitting import MESSAGES_BYTES, as_many_as_fit
from .models import Message, Report, Room, Sanction
from .permissions import can_moderate
from .protocol.limits import MAX_NAMED_REPORTERS, MAX_PAGE
from .protocol.results import ReportsResult, SanctionsResult
from .protocol.shapes import Reported
from .queries import messages_of, named_by, readable, users
from .reported import Waiting, waiting_for


def sanctions(reader_id: int, room_id: int) -> SanctionsResult:
    """Those in force in a room, for whoever may decide on them."""
    membership = readable(reader_id, room_id)
    if not can_moderate(membership):
        raise Forbidden("You may not see the mutes and bans of this room.")
    in_force = Q(until__isnull=True) | Q(until__gt=timezone.now())
    found = Sanction.objects.filter(in_force, room=room_id, lifted_at__isnull=True)
    rows = list(found.order_by("-pk")[:MAX_PAGE])
    named = {user_id for row in rows for user_id in (row.user_id, row.by_id) if user_id}
    return SanctionsResult(
        sanctions=[payloads.sanction(row) for row in rows], users=users(named).users
    )


def reports(reader_id: int, room_id: int, seqs: list[int]) -> ReportsResult:
    """Those of the messages that wait for the reader's decision, the first reported first."""
    membership = readable(reader_id, room_id)
    if not can_moderate(membership):
        raise Forbidden("You may not see the reports of this room.")
    waiting = {
        one.seq: one
        for one in waiting_for([membership]).get(room_id, ())
        if one.seq in seqs and one.is_for(reader_id, membership.role)
    }
    told = _reported(membership.room, waiting)
    page = as_many_as_fit(told, most=MESSAGES_BYTES) or told[:1]
    reporters = [report.by for one in page for report in one.reports]
    named = named_by([one.message for one in page], beside=reporters)
    return ReportsResult(reports=page, users=named)


def _reported(room: Room, waiting: Mapping[int, Waiting]) -> list[Reported]:
    """In the order of `waiting`, which is by seq."""
    held = {row.seq: row for row in messages_of(room).filter(seq__in=waiting)}
    rows = [held[seq] for seq in waiting if seq in held]
    said = _first_reports(rows)
    return [
        Reported(
            message=shape,
            count=waiting[row.seq].count,
            last=waiting[row.seq].last,
            reports=[payloads.report(one) for one in said[row.pk]],
        )
        for row, shape in zip(rows, payloads.messages(rows), strict=True)
    ]


def _first_reports(messages: Sequence[Message]) -> Mapping[int, list[Report]]:
    """By message; of one about which very many complain, no more are read than are told."""
    place = Window(RowNumber(), partition_by="message", order_by="pk")
    waiting = Report.objects.filter(message__in=messages, decided_at=None).annotate(place=place)
    first: dict[int, list[Report]] = defaultdict(list)
    for report in waiting.filter(place__lte=MAX_NAMED_REPORTERS).order_by("pk"):
        first[report.message_id].append(report)
    return first
