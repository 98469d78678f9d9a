"""The fault tests' own client: it must follow the rules it judges others by."""

import pytest

from tests.client import Frame
from tests.faults.log import Log
from tests.faults.view import View

ROOM = 7


def told(seq: int, rev: int, *, client_id: str = "") -> Frame:
    message = {"seq": seq, "rev": rev, "author": 1, "client_id": client_id or f"id-{seq}"}
    return message | {"body": f"body {seq}", "at": "2026-01-01T00:00:00.000Z"}


def event(seq: int, rev: int, *, client_id: str = "") -> Frame:
    return {"type": "message", "room": ROOM, "message": told(seq, rev, client_id=client_id)}


def sync(since: int, rev: int, *messages: Frame, more: bool = False) -> Frame:
    return {"type": "sync", "since": since, "rev": rev, "messages": messages, "more": more}


RESET: Frame = {"type": "reset", "room": ROOM, "rev": 20}


@pytest.fixture
def log() -> Log:
    return Log(1)


@pytest.fixture
def view(log: Log) -> View:
    """Holds rev 10, and is to know all messages after the fourth."""
    return View(ROOM, log, rev=10, last_seq=4)


def test_it_takes_the_next_change(view: View, log: Log) -> None:
    assert view.apply(event(5, 11)) is None
    assert (view.state.rev, list(view.state.messages), log.violations) == (11, [5], [])


def test_it_drops_what_it_has(view: View, log: Log) -> None:
    view.apply(event(5, 11))
    assert view.apply(event(5, 11)) is None
    assert (view.state.rev, log.violations) == (11, [])


def test_it_notes_a_gap_and_closes_it_by_a_sync(view: View, log: Log) -> None:
    assert view.apply(event(6, 12)) == "sync"
    view.apply(event(7, 13))
    assert view.synced(sync(10, 12, told(5, 11), told(6, 12))) is None
    assert (view.state.rev, list(view.state.messages)) == (13, [5, 6, 7])
    assert log.violations == ["room 7: told rev 12, holding 10"]


def test_it_asks_on_where_a_sync_says_more(view: View) -> None:
    assert view.apply(sync(10, 11, told(5, 11), more=True)) == "sync"
    assert not view.is_whole
    assert view.synced(sync(11, 12, told(6, 12))) is None
    assert view.is_whole


def test_it_loads_the_history_after_a_reset(view: View, log: Log) -> None:
    assert view.apply(RESET) == "history"
    view.apply(event(7, 22))
    assert view.load_page({"rev": 21, "messages": [told(6, 21)]}, None) == 6
    assert view.load_page({"rev": 22, "messages": [told(4, 9), told(5, 11)]}, 6) is None
    assert view.loaded() is None
    assert (view.state.rev, sorted(view.state.messages), log.violations) == (22, [5, 6, 7], [])


def test_it_loads_anew_when_the_connection_broke_meanwhile(view: View) -> None:
    view.apply(RESET)
    view.load_page({"rev": 21, "messages": [told(6, 21)]}, None)
    assert view.reconnected() == "history"
    assert view.state.messages == {}


def test_it_notes_a_number_that_is_now_another_message(view: View, log: Log) -> None:
    view.apply(event(5, 11))
    view.apply(event(5, 12, client_id="another"))
    assert log.violations == ["room 7: 5 is now another message"]


def test_it_notes_a_message_told_after_later_ones(view: View, log: Log) -> None:
    view.apply(event(6, 11))
    view.apply(event(5, 12))
    assert log.violations == ["room 7: told of 5 after later ones"]
