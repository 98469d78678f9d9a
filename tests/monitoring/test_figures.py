"""Each figure tells of what its name says: nobody looks at most of them before the day they are needed."""

from collections import Counter
from types import SimpleNamespace
from typing import cast

import pytest

from chat import database, limits
from chat.hub import hub
from chat.pointers import pointers
from chat.tallies import SECONDS, Histogram, HubFigures, Sends, Traffic
from chat.writer import Writer, writer
from chatsite.daphne.vitals import Vitals
from chatsite.monitoring import figures
from tests.monitoring import exposition
from tests.monitoring.exposition import Figures

SERVER = SimpleNamespace(
    connections=31,
    waiting=32,
    slow_readers=33,
    spared=34,
    waited_for={"header": 35},
    answers=Counter({404: 36}),
    lag=Histogram(SECONDS),
)
SERVER.lag.add(0.5)


def told(vitals: Vitals | None = None) -> Figures:
    return exposition.read(figures.text(vitals))


def test_those_of_the_hub(monkeypatch: pytest.MonkeyPatch) -> None:
    now = HubFigures(
        sockets=11,
        people=12,
        rooms=13,
        unpublished=14,
        is_layer_well=False,
        lost_publishes=15,
        repairs=16,
        starts_over=17,
    )
    monkeypatch.setattr(hub, "figures", lambda: now)
    monkeypatch.setattr(hub, "traffic", Traffic())
    hub.traffic.note_flush(events=3, sockets=200)
    page = told()
    expected = {
        "chat_sockets": 11,
        "chat_people": 12,
        "chat_rooms": 13,
        "chat_layer_queue": 14,
        "chat_layer_up": 0,
        "chat_layer_drops_total": 15,
        "chat_repairs_total": 16,
        "chat_starts_over_total": 17,
        "chat_deliveries_total": 600,
    }
    assert {name: page.value(name) for name in expected} == expected
    assert page["chat_flush_events"].samples["_sum", ""] == 3


def test_those_of_the_writer(monkeypatch: pytest.MonkeyPatch) -> None:
    sends = Sends(stored=1, repeated=2, refused=3, failed=4, turned_away=5)
    for histogram, value in ((sends.batches, 6), (sends.batch_seconds, 0.7), (sends.seconds, 0.8)):
        histogram.add(value)
    monkeypatch.setattr(writer, "sends", sends)
    monkeypatch.setattr(Writer, "queued", 9)
    monkeypatch.setattr(Writer, "busy_seconds", 1.5)
    page = told()
    by_outcome = {label: value for (_, label), value in page["chat_sends_total"].samples.items()}
    assert by_outcome == {
        "stored": 1,
        "repeated": 2,
        "refused": 3,
        "failed": 4,
        "turned_away": 5,
    }
    names = ("chat_batch_messages", "chat_batch_seconds", "chat_send_seconds")
    assert [page[name].samples["_sum", ""] for name in names] == [6, 0.7, 0.8]
    assert (page.value("chat_writer_queue"), page.value("chat_writer_busy_seconds")) == (9, 1.5)


def test_those_of_the_database_and_the_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database.health, "is_well", False)
    monkeypatch.setattr(database, "waiting", lambda: 21)
    monkeypatch.setattr(type(pointers), "waiting", 22)
    monkeypatch.setattr(limits, "refusals", {"search": 23, "user": 24})
    monkeypatch.setattr(limits.floods, "begun", 25)
    page = told()
    names = ("chat_database_up", "chat_database_calls", "chat_pointers_queue", "chat_floods_total")
    assert [page.value(name) for name in names] == [0, 21, 22, 25]
    limited = [page.value("chat_rate_limited_total", of) for of in ("search", "user")]
    assert limited == [23, 24]


def test_those_of_the_server() -> None:
    page = told(cast(Vitals, SERVER))
    names = ["chat_connections", "chat_requests_queue", "chat_slow_readers_total"]
    assert [page.value(name) for name in [*names, "chat_spared_total"]] == [31, 32, 33, 34]
    assert page.value("chat_connections_waited_for", "header") == 35
    assert page.value("chat_answers_total", "404") == 36
    assert page["chat_loop_lag_seconds"].samples["_sum", ""] == 0.5
