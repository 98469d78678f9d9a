"""The comparison itself: it must see whatever is planted."""

from dataclasses import replace

import pytest

from tests.faults import database
from tests.faults.compare import Counters, Row, Stored, compare
from tests.faults.log import Draft, Log, Ok, RoomLog, Seen

ROOM, ALICE, BOB = 1, 10, 20
BASE = 1  # one message was there before


def stored_rows() -> list[Row]:
    """An old message, then two of Alice's and one of Bob's."""
    authors = [BOB, ALICE, BOB, ALICE]
    return [
        Row(ROOM, seq, seq + 2, author, f"id-{seq}", f"body {seq}", f"2026-01-01T00:00:0{seq}.000Z")
        for seq, author in enumerate(authors, start=1)
    ]


def stored(rows: list[Row]) -> Stored:
    return Stored({ROOM: Counters(last_seq=4, last_rev=6)}, rows)


def log_of(user: int) -> Log:
    """A client to whom all was told and acknowledged."""
    log = Log(user)
    view = log.rooms[ROOM] = RoomLog(base=BASE, rev=6)
    for row in stored_rows()[BASE:]:
        view.messages[row.seq] = Seen(row.rev, row.author, row.client_id, row.body, row.at)
        if row.author == user:
            log.drafts[row.client_id] = Draft(row.client_id, ROOM, row.body)
            log.oks[row.client_id] = Ok(ROOM, row.seq, row.rev, row.at)
    return log


@pytest.fixture
def logs() -> list[Log]:
    return [log_of(ALICE), log_of(BOB)]


def findings(logs: list[Log], rows: list[Row]) -> str:
    return "\n".join(compare(logs, stored(rows)))


def test_nothing_is_found_where_all_is_well(logs: list[Log]) -> None:
    assert compare(logs, stored(stored_rows())) == []


def test_what_the_system_says_is_read_as_well(logs: list[Log]) -> None:
    at = "2026-01-01 00:00:09"
    said = database._stored([(2, 1, 5)], [(2, 1, 5, None, None, "", at)])
    both = Stored(stored([]).rooms | said.rooms, stored_rows() + said.messages)
    assert compare(logs, both) == []


def test_an_acknowledged_message_that_is_lost_is_found(logs: list[Log]) -> None:
    rows = stored_rows()[:-1]
    assert "id-4 is acknowledged and lost" in findings(logs, rows)


def test_a_message_stored_twice_is_found(logs: list[Log]) -> None:
    again = replace(stored_rows()[1], seq=5, rev=7)
    assert "id-2 is stored 2 times: [2, 5]" in findings(logs, [*stored_rows(), again])


def test_a_message_doubled_under_another_id_is_found(logs: list[Log]) -> None:
    again = replace(stored_rows()[1], seq=5, rev=7, client_id="id-5")
    assert "5 was written by nobody" in findings(logs, [*stored_rows(), again])


def test_numbers_other_than_those_acknowledged_are_found(logs: list[Log]) -> None:
    ok = logs[0].oks["id-4"]
    logs[0].oks["id-4"] = replace(ok, seq=3)
    assert "id-4 was acknowledged as" in findings(logs, stored_rows())


def test_messages_stored_in_another_order_than_written_are_found(logs: list[Log]) -> None:
    logs[0].drafts = dict(reversed(logs[0].drafts.items()))
    assert "2 was written after 4" in findings(logs, stored_rows())


def test_a_gap_in_the_numbers_is_found(logs: list[Log]) -> None:
    rows = stored_rows()
    del rows[2]
    assert "missing [3]" in findings(logs, rows)


def test_a_number_given_out_without_a_message_is_found(logs: list[Log]) -> None:
    truth = Stored({ROOM: Counters(last_seq=5, last_rev=6)}, stored_rows())
    assert "missing [5]" in "\n".join(compare(logs, truth))


def test_a_time_that_decreases_is_found(logs: list[Log]) -> None:
    rows = stored_rows()
    rows[3] = replace(rows[3], at=rows[0].at)
    assert "the time of 4 lies before that of 3" in findings(logs, rows)


def test_a_message_that_one_receiver_misses_is_found(logs: list[Log]) -> None:
    del logs[1].rooms[ROOM].messages[2]
    assert compare(logs, stored(stored_rows())) == [f"user {BOB}, room {ROOM}: does not see [2]"]


def test_a_message_that_one_receiver_invented_is_found(logs: list[Log]) -> None:
    logs[1].rooms[ROOM].messages[9] = logs[1].rooms[ROOM].messages[2]
    assert "sees [9], which are not stored" in findings(logs, stored_rows())


def test_two_messages_swapped_in_one_view_are_found(logs: list[Log]) -> None:
    seen = logs[1].rooms[ROOM].messages
    seen[2], seen[3] = seen[3], seen[2]
    assert "sees 2 as" in findings(logs, stored_rows())


def test_a_view_that_stayed_behind_is_found(logs: list[Log]) -> None:
    logs[0].rooms[ROOM].rev = 5
    assert "stands at rev 5 of 6" in findings(logs, stored_rows())


def test_a_draft_that_was_never_stored_is_found(logs: list[Log]) -> None:
    logs[0].drafts["id-9"] = Draft("id-9", ROOM, "never")
    assert "id-9 is not stored" in findings(logs, stored_rows())


def test_a_stored_message_that_was_never_acknowledged_is_found(logs: list[Log]) -> None:
    del logs[0].oks["id-4"]
    assert "id-4 was never acknowledged" in findings(logs, stored_rows())


def test_refusals_and_violations_are_findings(logs: list[Log]) -> None:
    logs[0].complain("told rev 9, held 7")
    logs[1].drafts["id-8"] = Draft("id-8", ROOM, "refused")
    logs[1].refusals["id-8"] = "conflict"
    assert compare(logs, stored(stored_rows())) == [
        f"user {ALICE}: told rev 9, held 7",
        f"user {BOB}: id-8 was refused for good: conflict",
    ]
