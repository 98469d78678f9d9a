"""The admin's first page: what it shows to whom, and what that costs."""

from pathlib import Path

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings
from pytest_django.asserts import assertContains, assertNotContains

from accounts import admin_paging
from accounts.models import User
from accounts.registration import register
from chat import database
from chat.hub import hub
from chat.models import Message, Report, Room
from chat.tallies import HubFigures
from chat.writer import Writer
from chatsite import charts, logs, overview
from tests.chat.moderators import make_moderator
from tests.chat.stored import complain, store
from tests.chat.uploading import upload
from tests.client import PASSWORD

pytestmark = pytest.mark.django_db

FRONT = "/admin/"


@pytest.fixture(autouse=True)
def afresh(settings: Settings, tmp_path: Path) -> None:
    """Nothing was counted a moment ago, and nobody has collected static files."""
    overview.kept.forget()
    settings.STATIC_ROOT = tmp_path


@pytest.fixture
def as_owner(client: Client) -> Client:
    client.force_login(
        register(username="olga", password=PASSWORD, is_staff=True, is_superuser=True)
    )
    return client


@pytest.fixture
def as_helper(client: Client) -> Client:
    """Staff who may see people, not rooms."""
    sam = register(username="sam", password=PASSWORD, is_staff=True)
    sam.user_permissions.set(Permission.objects.filter(codename="view_user"))
    client.force_login(sam)
    return client


def test_it_shows_what_goes_on(as_owner: Client, room: Room, alice: User) -> None:
    store(room, alice, *["hello"] * 3, at=timezone.now())
    page = as_owner.get(FRONT)
    assertContains(page, "Messages per hour")
    assertContains(page, '<rect class="overview-bar"', count=24 + 30)
    assert next(busy.messages for busy in page.context["overview"]["rooms"]) >= 3
    assertContains(page, f"/admin/chat/room/{room.pk}/change/")


def test_it_says_what_is_stored_and_what_waits(
    as_owner: Client, room: Room, alice: User, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload(alice, room, b"x" * 3_000)
    monkeypatch.setattr(Writer, "queued", 41)
    monkeypatch.setattr(database, "waiting", lambda: 42)
    monkeypatch.setattr(hub, "figures", lambda: HubFigures(unpublished=43, is_layer_well=False))
    shown = as_owner.get(FRONT).context["overview"]
    of = {figure.name: (figure.value, figure.note) for figure in shown["site"] + shown["process"]}
    assert of["Files"][0] == "2.9\xa0KB"
    assert of["Database"][1].endswith(" free on the disk")
    assert of["Messages waiting to be stored"][0] == "41"
    assert of["Database calls under way"][0] == "42"
    assert of["Waiting for the channel layer"] == ("43", "it fails")


def test_each_chart_has_its_table(as_owner: Client, room: Room, alice: User) -> None:
    page = as_owner.get(FRONT)
    assertContains(page, "As a table", count=2)
    for drawn in page.context["overview"]["charts"]:
        assertContains(page, f'<th scope="col">{drawn.unit}</th>')
        assertContains(page, drawn.summary)


def test_no_script_draws_and_nothing_is_styled_in_its_place(as_owner: Client) -> None:
    page = as_owner.get(FRONT).content.decode()
    part = page[page.index('<div class="overview">') : page.index('<div id="content-main">')]
    assert "<script" not in part
    assert "style=" not in part


def test_what_went_wrong_is_for_owners(as_owner: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    tally = logs.Tally()
    tally.kept.append(logs.Kept(timezone.now(), "error", "chat.writer", "<b>It failed.</b>"))
    monkeypatch.setattr(overview, "tally", tally)
    assertContains(as_owner.get(FRONT), "&lt;b&gt;It failed.&lt;/b&gt;")


def test_others_see_neither_rooms_nor_the_log(as_helper: Client, room: Room, alice: User) -> None:
    store(room, alice, "hello", at=timezone.now())
    page = as_helper.get(FRONT)
    assertContains(page, "Online now")
    assertNotContains(page, room.name)
    assertNotContains(page, "What went wrong lately")


def test_who_decides_on_reports_is_told_how_many_wait(
    client: Client, room: Room, alice: User, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.force_login(make_moderator())
    assertContains(client.get(FRONT), "Nothing waits for a decision.")
    store(room, bob, "Buy now", "Buy here", "Buy soon")
    first, *others = Message.objects.order_by("seq")
    complain(first, alice)
    assertContains(client.get(FRONT), "1 report waits for a decision")
    for message in others:
        complain(message, alice)
    page = client.get(FRONT)
    assertContains(
        page, '<a href="/admin/chat/report/">3 reports wait for a decision</a>', html=True
    )
    monkeypatch.setattr(admin_paging, "COUNT_MAX", 2)
    assertContains(client.get(FRONT), "more than 2 reports wait for a decision")
    Report.objects.update(decided_at=timezone.now())
    assertContains(client.get(FRONT), "Nothing waits for a decision.")


def test_reports_of_a_moderator_do_not_wait_for_them(
    as_owner: Client, room: Room, alice: User
) -> None:
    mona, elsewhere = make_moderator(), Client()
    store(room, mona, "Buy now")
    complain(Message.objects.get(), alice)
    elsewhere.force_login(mona)
    assertContains(elsewhere.get(FRONT), "Nothing waits for a decision.")
    assertContains(as_owner.get(FRONT), "1 report waits for a decision")


def test_others_see_no_reports(as_helper: Client) -> None:
    assertNotContains(as_helper.get(FRONT), "overview-reports")


def test_who_is_no_staff_is_sent_to_sign_in(client: Client, alice: User) -> None:
    client.force_login(alice)
    assert client.get(FRONT).status_code == 302


def test_it_asks_little_and_the_totals_once(as_owner: Client, room: Room, alice: User) -> None:
    store(room, alice, *["hello"] * 30, at=timezone.now())
    as_owner.get(FRONT)
    with CaptureQueriesContext(connection) as queries:
        as_owner.get(FRONT)
    assert len(queries) <= 24
    assert not any("chat_attachment" in query["sql"] for query in queries)


def test_the_page_of_one_app_is_djangos_own(as_owner: Client) -> None:
    assertNotContains(as_owner.get("/admin/chat/"), "overview-bar")


def test_a_bar_is_as_high_as_its_number() -> None:
    chart = charts.bars([("a", 0), ("b", 1), ("c", 1000)])
    assert [bar.height for bar in chart.bars] == [0, charts.LEAST, charts.HEIGHT]
    assert [bar.y for bar in chart.bars] == [100, 98.5, 0]
    assert (chart.total, chart.most.label, chart.ticks) == (1001, "c", ["a", "b", "c"])


def test_an_empty_chart_is_a_line() -> None:
    assert [bar.height for bar in charts.bars([("a", 0)]).bars] == [0]
