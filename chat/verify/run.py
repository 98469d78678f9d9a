"""The whole examination, in its order: the rooms, then the site."""

from collections.abc import Iterator
from itertools import chain

from django.db import DatabaseError, OperationalError
from django.db.models import F, Sum

from chat.models import Attachment, Room

from . import (
    attachments,
    client_ids,
    counters,
    members,
    orphans,
    repair,
    reports,
    revs,
    room_state,
    search,
    soundness,
    sqlite_file,
    timeline,
)
from .finding import Finding
from .pages import Tick, ignore
from .report import Report
from .search import Share


def expected(room_id: int | None) -> tuple[int, int]:
    """How many messages there should be in the room, or in all, and how many rows will be read."""
    rooms = Room.objects.all() if room_id is None else Room.objects.filter(pk=room_id)
    sums = rooms.aggregate(last=Sum("last_seq"), skipped=Sum(F("first_seq") - 1))
    messages = (sums["last"] or 0) - (sums["skipped"] or 0)
    files = Attachment.objects.all()
    files = files if room_id is None else files.filter(room=room_id)
    passes = 2 if room_id is None else 1
    return messages, passes * messages + files.count()


def verify_site(report: Report, share: Share, *, mending: bool) -> None:
    last = room_state.last_id()
    odd = _odd_rooms(None, room_state.pages_of_ids(last), report, share)
    for ids in room_state.pages_of_ids(last):
        _verify_rooms(ids, odd, report, mending=mending)
    # Last, so that what was mended troubles none of them.
    report.findings(_readable(client_ids.check(report.saw_rows)))
    report.findings(_readable(attachments.check(None, report.saw_attachments)))
    report.findings(_readable(reports.check()))
    report.findings(_readable(orphans.check()))
    report.findings(_readable(search.check_orphans()))
    report.findings(_readable(sqlite_file.check(is_thorough=share.one_in == 1)))


def verify_only(room_id: int, report: Report, share: Share, *, mending: bool) -> None:
    """One room and its attachments, without what concerns the site as a whole."""
    odd = _odd_rooms(room_id, iter([[room_id]]), report, share)
    _verify_rooms([room_id], odd, report, mending=mending)
    report.findings(_readable(attachments.check(room_id, report.saw_attachments), room_id))


def _odd_rooms(
    room_id: int | None, pages: Iterator[list[int]], report: Report, share: Share
) -> set[int] | None:
    """Those that have to be walked, of all rooms or the one; their messages are counted then. None: all, for
    the database cannot read so much at once."""
    found: set[int] = set()
    number = 0
    try:
        for ids in pages:
            found |= soundness.odd_rooms(ids)
        for judged in soundness.judge(room_id, share):
            found |= judged.odd_rooms
            number += judged.number
            report.saw_rows(judged.number)
    except OperationalError:
        raise
    except DatabaseError:
        return None
    report.counted_messages(number)
    return found


def _verify_rooms(ids: list[int], odd: set[int] | None, report: Report, *, mending: bool) -> None:
    """Walks those that are odd."""
    for room_id in ids:
        report.saw_room()
        if odd is None:
            _verify_room(room_id, report, report.saw_messages, mending=mending)
        elif room_id in odd:
            _verify_room(room_id, report, report.saw_rows, mending=mending)


def _verify_room(room_id: int, report: Report, saw_messages: Tick, *, mending: bool) -> None:
    """Reports what is wrong with a room; `mending`: what was mended, then what is left."""
    findings = _readable(_check_room(room_id, saw_messages, report.saw_rows), room_id)
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
