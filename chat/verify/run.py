"""The whole examination, in its order: each room, then the site."""

from collections.abc import Iterator
from itertools import chain

from django.db import DatabaseError, OperationalError
from django.db.models import F, Sum

from chat.models import Attachment, Membership, Room

from . import (
    attachments,
    client_ids,
    counters,
    members,
    orphans,
    repair,
    revs,
    room_state,
    search,
    sqlite_file,
    timeline,
)
from .finding import Finding
from .pages import Tick, ignore, walk
from .report import Report


def expected(room_id: int | None) -> tuple[int, int]:
    """How many messages there should be in the room, or in all, and how many rows will be read."""
    rooms = Room.objects.all() if room_id is None else Room.objects.filter(pk=room_id)
    sums = rooms.aggregate(last=Sum("last_seq"), skipped=Sum(F("first_seq") - 1))
    messages = (sums["last"] or 0) - (sums["skipped"] or 0)
    others = [
        model.objects.all() if room_id is None else model.objects.filter(room=room_id)
        for model in (Membership, Attachment)
    ]
    walks = 4 if room_id is None else 3
    return messages, walks * messages + sum(rows.count() for rows in others)


def verify_site(report: Report, *, mending: bool) -> None:
    for room_id, _ in walk(Room.objects.values_list("id", "pk"), "id", 0, ignore):
        verify_room(room_id, report, mending=mending)
    # Last, so that what was mended troubles none of them.
    report.findings(_readable(client_ids.check(report.saw_rows)))
    report.findings(_readable(attachments.check(None, report.saw_attachments)))
    report.findings(_readable(orphans.check()))
    report.findings(_readable(search.check_orphans()))
    report.findings(_readable(sqlite_file.check()))


def verify_only(room_id: int, report: Report, *, mending: bool) -> None:
    """One room and its attachments, without what concerns the site as a whole."""
    verify_room(room_id, report, mending=mending)
    report.findings(_readable(attachments.check(room_id, report.saw_attachments), room_id))


def verify_room(room_id: int, report: Report, *, mending: bool) -> None:
    """Reports what is wrong with a room; `mending`: what was mended, then what is left."""
    report.saw_room()
    findings = _readable(_check_room(room_id, report.saw_messages, report.saw_rows), room_id)
    if mending:
        first = next(findings, None)
        if first is None:
            return
        _mend_room(room_id, chain([first], findings), report)
        findings = _readable(_check_room(room_id, ignore, ignore), room_id)
    report.findings(findings)


def _check_room(room_id: int, saw_messages: Tick, saw_rows: Tick) -> Iterator[Finding]:
    room = room_state.read(room_id)
    if room is None:
        return  # it was there a moment ago
    yield from counters.check(room)
    yield from members.check(room)
    yield from timeline.check(room, saw_messages)
    yield from revs.check(room, saw_rows)
    yield from search.check(room, saw_rows)


def _mend_room(room_id: int, findings: Iterator[Finding], report: Report) -> None:
    try:
        for mended in repair.mend(room_id, findings):
            report.mended(mended)
    except OperationalError:
        raise
    except DatabaseError as error:
        report.findings([Finding("repair", f"the database refuses: {_line(error)}", room_id)])


def _readable(findings: Iterator[Finding], room_id: int | None = None) -> Iterator[Finding]:
    """A damaged table or index ends one check, not the examination; a lost connection ends it."""
    try:
        yield from findings
    except OperationalError:
        raise
    except DatabaseError as error:
        yield Finding("unreadable", f"the database cannot read it: {_line(error)}", room_id)


def _line(error: DatabaseError) -> str:
    return " ".join(str(error).split())
