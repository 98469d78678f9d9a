"""Holds what the clients were told and saw against what the database has. Pure: data in, findings out.

A finding is a sentence. None means: of all that was acknowledged nothing is lost, doubled, renumbered or out
of order, all that was written is stored once, and every client sees exactly what is stored.
"""

import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tests.faults.log import Draft, Log, Ok, RoomLog, Seen


@dataclass(frozen=True, slots=True)
class Row:
    """A stored message; `rev` is that of its creation, `at` as on the wire.

    What the system says, such as that somebody was removed, has no author and no client_id.
    """

    room: int
    seq: int
    rev: int
    author: int | None
    client_id: str
    body: str
    at: str


@dataclass(frozen=True, slots=True)
class Counters:
    """The room's own row."""

    last_seq: int
    last_rev: int


@dataclass(frozen=True, slots=True)
class Stored:
    """All rooms and messages of a database; the messages by room and seq."""

    rooms: dict[int, Counters]
    messages: list[Row]


def compare(logs: list[Log], stored: Stored) -> list[str]:
    by_room: dict[int, list[Row]] = {room: [] for room in stored.rooms}
    by_client_id: defaultdict[tuple[int | None, str], list[Row]] = defaultdict(list)
    for row in stored.messages:
        by_room[row.room].append(row)
        by_client_id[row.author, row.client_id].append(row)
    findings = [finding for log in logs for finding in _told_wrong(log)]
    for room, rows in by_room.items():
        findings += _misnumbered(room, stored.rooms[room], rows)
    for log in logs:
        for draft in log.drafts.values():
            findings += _missent(log, draft, by_client_id[log.user, draft.client_id])
        findings += _disordered(log, by_client_id)
        for room, view in log.rooms.items():
            findings += _misseen(log, room, view, stored.rooms[room], by_room[room])
    return findings + list(_unwritten(logs, stored.messages))


def _told_wrong(log: Log) -> Iterator[str]:
    for violation in log.violations:
        yield f"user {log.user}: {violation}"
    for client_id, code in log.refusals.items():
        yield f"user {log.user}: {client_id} was refused for good: {code}"


def _misnumbered(room: int, counters: Counters, rows: list[Row]) -> Iterator[str]:
    """The rows come by seq."""
    seqs = [row.seq for row in rows]
    if seqs != list(range(1, counters.last_seq + 1)):
        missing = sorted(set(range(1, counters.last_seq + 1)) - set(seqs))
        yield f"room {room}: gap or double in its seqs up to {counters.last_seq}, missing {missing}"
    for before, after in itertools.pairwise(rows):
        if after.at < before.at:
            yield f"room {room}: the time of {after.seq} lies before that of {before.seq}"
        if after.rev <= before.rev:
            yield f"room {room}: the rev of {after.seq} is not above that of {before.seq}"
    if rows and rows[-1].rev > counters.last_rev:
        yield f"room {room}: rev {rows[-1].rev} is above its last, {counters.last_rev}"


def _missent(log: Log, draft: Draft, rows: list[Row]) -> Iterator[str]:
    who = f"user {log.user}, room {draft.room}: {draft.client_id}"
    ok = log.oks.get(draft.client_id)
    if draft.client_id in log.refusals:
        return
    if ok is None:
        yield f"{who} was never acknowledged"
    if not rows:
        yield f"{who} is {'acknowledged and lost' if ok else 'not stored'}"
    if len(rows) > 1:
        yield f"{who} is stored {len(rows)} times: {[row.seq for row in rows]}"
    for row in rows[:1]:
        if (row.room, row.body) != (draft.room, draft.body):
            yield f"{who} is stored as another: {row}"
        if ok not in (None, Ok(row.room, row.seq, row.rev, row.at)):
            yield f"{who} was acknowledged as {ok}, is stored as {row}"


def _disordered(log: Log, rows: dict[tuple[int | None, str], list[Row]]) -> Iterator[str]:
    """One's own messages of a room stand in the order in which they were written."""
    last: dict[int, int] = {}
    for draft in log.drafts.values():
        for row in rows.get((log.user, draft.client_id), [])[:1]:
            if row.seq <= last.get(row.room, 0):
                yield f"user {log.user}, room {row.room}: {row.seq} was written after {last[row.room]}"
            last[row.room] = max(row.seq, last.get(row.room, 0))


def _misseen(
    log: Log, room: int, view: RoomLog, counters: Counters, rows: list[Row]
) -> Iterator[str]:
    truth = {row.seq: row for row in rows if row.seq > view.base}
    who = f"user {log.user}, room {room}"
    if view.rev != counters.last_rev:
        yield f"{who}: stands at rev {view.rev} of {counters.last_rev}"
    if missing := sorted(truth.keys() - view.messages.keys()):
        yield f"{who}: does not see {missing}"
    if invented := sorted(view.messages.keys() - truth.keys()):
        yield f"{who}: sees {invented}, which are not stored"
    for seq in sorted(truth.keys() & view.messages.keys()):
        row = truth[seq]
        wanted = Seen(row.rev, row.author, row.client_id, row.body, row.at)
        if view.messages[seq] != wanted:
            yield f"{who}: sees {seq} as {view.messages[seq]}, stored is {wanted}"


def _unwritten(logs: list[Log], rows: Iterable[Row]) -> Iterator[str]:
    """A message doubled under another client_id would be one that nobody wrote."""
    written = {(log.user, client_id) for log in logs for client_id in log.drafts}
    bases = {room: view.base for log in logs for room, view in log.rooms.items()}
    for row in rows:
        is_of_this_run = row.room in bases and row.seq > bases[row.room]
        if is_of_this_run and (row.author, row.client_id) not in written:
            yield f"room {row.room}: {row.seq} was written by nobody: {row}"
