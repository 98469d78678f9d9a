"""What is done from pages of the admin: each act by its page, and who is offered it."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.models import SignIn, User
from accounts.registration import register
from accounts.sessions import identify
from chat.actions.reports import decide_report
from chat.models import Attachment, AuditEntry, Membership, Message, Report, Room, Sanction
from tests.chat.moderators import make_moderator, make_owner
from tests.chat.stored import complain, store
from tests.client import PASSWORD
from tests.people import make_direct, make_person, make_room

pytestmark = pytest.mark.django_db

QUEUE = "/admin/chat/report/"


@pytest.fixture(autouse=True)
def no_collected_files(settings: Settings, tmp_path: Path) -> None:
    """Nobody has collected static files for this run."""
    settings.STATIC_ROOT = tmp_path


@pytest.fixture
def mona(db: None) -> User:
    return make_moderator()


@pytest.fixture
def as_moderator(client: Client, mona: User) -> Client:
    client.force_login(mona)
    client.get("/admin/")  # which notes that the session is in use
    return client


@pytest.fixture
def as_owner(db: None) -> Client:
    client = Client()
    client.force_login(make_owner())
    client.get("/admin/")
    return client


@pytest.fixture
def talk(room: Room, alice: User, bob: User) -> list[Message]:
    store(room, alice, "Good morning")
    store(room, bob, "Buy now")
    store(room, alice, "Please don't")
    return list(Message.objects.order_by("seq"))


@pytest.fixture
def report(talk: list[Message], alice: User) -> Report:
    return complain(talk[1], alice, reason="Advertising.")


def act(client: Client, row: Any, what: str, **fields: str) -> Any:
    meta = row._meta
    form = {f"{what}-{key}": value for key, value in fields.items()}
    return client.post(f"/admin/{meta.app_label}/{meta.model_name}/{row.pk}/act/{what}/", form)


def page(row: Any) -> str:
    return f"/admin/{row._meta.app_label}/{row._meta.model_name}/{row.pk}/change/"


# ---- the queue


def test_the_queue_shows_what_was_said_around_it_who_complains_and_why(
    as_moderator: Client, report: Report
) -> None:
    queue = as_moderator.get(QUEUE)
    for words in ("Good morning", "Buy now", "Please don&#x27;t", "Advertising.", ">Alice<"):
        assertContains(queue, words)
    assertContains(queue, f'formaction="{QUEUE}{report.pk}/act/dismiss/"')


def test_a_message_that_is_a_file_alone_is_shown_by_the_files_name(
    as_moderator: Client, report: Report
) -> None:
    Message.objects.filter(pk=report.message_id).update(body="")
    Attachment.objects.create(
        room=report.room,
        message=report.message,
        uploader=report.reporter,
        name="offer.pdf",
        type="application/pdf",
        size=5,
    )
    for place in (QUEUE, page(report)):
        assertContains(as_moderator.get(place), "offer.pdf")


def test_two_who_complain_of_one_message_are_one_card(
    as_moderator: Client, report: Report, carol: User
) -> None:
    complain(report.message, carol, reason="Again.")
    (card,) = as_moderator.get(QUEUE).context["cards"]
    assert [one.reason for one in card.complaints] == ["Advertising.", "Again."]


@pytest.mark.parametrize("decision", ["dismiss", "remove", "mute", "ban"])
def test_a_decision_leads_to_the_next(as_moderator: Client, report: Report, decision: str) -> None:
    assertRedirects(act(as_moderator, report, decision), QUEUE)
    report.refresh_from_db()
    assert report.decision
    assertContains(as_moderator.get(QUEUE), "Nothing waits for a decision.")


def test_who_is_muted_or_banned_is_so_by_a_second_click(
    as_moderator: Client, report: Report
) -> None:
    for place in (QUEUE, page(report)):
        shown = as_moderator.get(place).content.decode()
        asked = "".join(re.findall(r"<details.*?</details>", shown, re.DOTALL))
        at_once = re.sub(r"<details.*?</details>", "", shown, flags=re.DOTALL)
        assert re.findall(r'formaction="\S+/act/(\w+)/"', at_once) == ["dismiss", "remove"]
        assert re.findall(r'formaction="\S+/act/(\w+)/"', asked) == ["mute", "ban"]
        assert "Yes, remove it and ban its author" in asked


def test_a_decision_goes_as_far_as_the_page_that_it_was_made_on(
    as_moderator: Client, report: Report, bob: User, carol: User
) -> None:
    complain(report.message, carol, reason="Again.")
    milo = make_moderator("milo")
    for place in (QUEUE, page(report)):
        shown = as_moderator.get(place).context
        (card,) = shown.get("cards") or [shown["card"]]
        late = complain(report.message, milo, reason="Still.")
        as_moderator.post(card.offers[0].url)
        as_moderator.post(card.offers[0].url)  # its answer was lost
        assert Report.objects.get(decided_at=None) == late
        Report.objects.exclude(pk=late.pk).update(decided_at=None)
        late.delete()


def test_what_comes_after_all_that_a_page_reads_can_be_decided(
    as_moderator: Client, report: Report, carol: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    act(as_moderator, report, "dismiss")
    complain(report.message, carol)
    monkeypatch.setattr("chat.admin.reports.MOST_READ", 1)
    (card,) = as_moderator.get(QUEUE).context["cards"]
    as_moderator.post(card.offers[0].url)
    assert not Report.objects.filter(decided_at=None).exists()


def test_what_was_decided_offers_no_decision(as_moderator: Client, report: Report) -> None:
    act(as_moderator, report, "dismiss")
    decided = as_moderator.get(QUEUE, {"queue": "decided"})
    assertContains(decided, "dismissed")
    assertNotContains(decided, "formaction")
    act(as_moderator, report, "ban")
    assert not Sanction.objects.exists()


def test_the_queue_costs_the_same_queries_for_one_report_and_for_many(
    as_moderator: Client, room: Room, alice: User, bob: User, report: Report
) -> None:
    costs = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as captured:
            as_moderator.get(QUEUE)
        costs.append(len(captured))
        store(room, bob, *("Buy" for _ in range(9)))
        for message in Message.objects.filter(body="Buy", reports=None):
            complain(message, alice, reason="Again.")
            complain(message, make_person(f"dora{message.pk}"), reason="I saw it too.")
    assert costs[0] == costs[1] <= 12


# ---- messages


def test_one_message_is_removed_from_its_page(as_moderator: Client, talk: list[Message]) -> None:
    assertContains(as_moderator.get(page(talk[1])), "Remove this message")
    assertRedirects(act(as_moderator, talk[1], "remove", reason="spam"), page(talk[1]))
    talk[1].refresh_from_db()
    assert talk[1].deleted_at
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.reason, entry.address) == ("message.delete", "spam", "127.0.0.1")
    assertNotContains(as_moderator.get(page(talk[1])), "Remove this message")


def test_many_are_removed_from_the_list_for_one_reason(
    as_moderator: Client, talk: list[Message]
) -> None:
    chosen = [message.pk for message in talk[:2]]
    form: dict[str, Any] = {"action": "remove", "_selected_action": chosen, "index": "0"}
    page = as_moderator.post("/admin/chat/message/", form, follow=True)
    assertContains(page, "Say why")
    assert not Message.objects.filter(deleted_at__isnull=False).exists()
    page = as_moderator.post("/admin/chat/message/", form | {"reason": "spam"}, follow=True)
    assertContains(page, "2 messages are gone.")
    assert Message.objects.filter(deleted_at__isnull=False).count() == 2


def test_a_reason_is_asked_for(as_moderator: Client, talk: list[Message]) -> None:
    act(as_moderator, talk[1], "remove", reason=" ")
    talk[1].refresh_from_db()
    assert talk[1].deleted_at is None


# ---- rooms, members and sanctions


def test_a_room_is_changed_and_archived(as_moderator: Client, room: Room) -> None:
    act(as_moderator, room, "settings", name="Attic", topic="", slow_mode="5")
    act(as_moderator, room, "archive", reason="over")
    room.refresh_from_db()
    assert (room.name, room.slow_mode) == ("Attic", 5)
    assert room.archived_at
    act(as_moderator, room, "restore")
    room.refresh_from_db()
    assert room.archived_at is None


def test_a_member_is_added_given_a_role_and_removed(
    as_moderator: Client, room: Room, carol: User
) -> None:
    act(as_moderator, room, "add", username="carol")
    membership = Membership.objects.get(room=room, user=carol)
    act(as_moderator, membership, "role", role="moderator")
    membership.refresh_from_db()
    assert membership.role == "moderator"
    act(as_moderator, membership, "remove", reason="by mistake")
    membership.refresh_from_db()
    assert membership.left_at


SANCTIONS: list[tuple[dict[str, str], tuple[str, bool, bool]]] = [
    ({"kind": "mute", "hours": "24", "room": ""}, ("mute", False, True)),
    ({"kind": "ban", "hours": "for-good", "room": "atelier"}, ("ban", True, False)),
]


@pytest.mark.parametrize(("fields", "expected"), SANCTIONS)
def test_somebody_is_muted_or_banned_here_or_everywhere_and_let_off(
    as_moderator: Client,
    room: Room,
    bob: User,
    fields: dict[str, str],
    expected: tuple[str, bool, bool],
) -> None:
    assertRedirects(act(as_moderator, bob, "sanction", reason="noise", **fields), page(bob))
    sanction = Sanction.objects.get(user=bob)
    found = (sanction.kind, sanction.room == room, sanction.until is not None)
    assert found == expected
    act(as_moderator, sanction, "lift")
    sanction.refresh_from_db()
    assert sanction.lifted_at


@pytest.mark.parametrize("said", [{}, {"hours": ""}, {"hours": "9999"}])
def test_no_sanction_is_for_good_by_saying_nothing(
    as_moderator: Client, bob: User, said: dict[str, str]
) -> None:
    act(as_moderator, bob, "sanction", kind="ban", reason="noise", room="", **said)
    assert not Sanction.objects.exists()


@pytest.mark.parametrize("typed", ["#", "a/b", "nowhere", "atelier, please"])
def test_a_room_that_is_mistyped_is_no_sanction_everywhere(
    as_moderator: Client, room: Room, bob: User, typed: str
) -> None:
    act(as_moderator, bob, "sanction", kind="ban", hours="for-good", reason="noise", room=typed)
    assert not Sanction.objects.exists()


def test_a_refusal_is_said_and_nothing_is_done(
    as_moderator: Client, room: Room, bob: User, mona: User
) -> None:
    fields = {"kind": "ban", "hours": "for-good", "reason": "x"}
    page = act(as_moderator, mona, "sanction", **fields)
    assertContains(as_moderator.get(page.url), "You may not do this to yourself.")
    page = act(as_moderator, bob, "sanction", room="nowhere", **fields)
    assertContains(as_moderator.get(page.url), "There is no room nowhere.")
    assert not Sanction.objects.exists()


def test_a_refusal_is_said_in_the_language_of_whoever_reads_it(
    as_moderator: Client, room: Room, bob: User, mona: User
) -> None:
    User.objects.filter(pk=mona.pk).update(language="zh-hans")
    done = act(as_moderator, mona, "sanction", kind="ban", hours="for-good", reason="x", room="")
    assertContains(as_moderator.get(done.url), "不能对自己这样做。")


def test_moderators_are_not_shown_who_complains_of_them(
    as_moderator: Client, as_owner: Client, room: Room, mona: User, alice: User, report: Report
) -> None:
    store(room, mona, "my own words")
    store(make_direct(mona, alice), mona, "what I said to you")
    for message in Message.objects.filter(author=mona):
        complain(message, alice, reason="Rude")
    own = list(Report.objects.filter(reason="Rude").order_by("pk"))
    places = [
        *(QUEUE, f"{QUEUE}?queue=all", page(mona), page(alice)),
        f"/admin/chat/message/?room={room.pk}&state=reported",
    ]
    for place in places:
        assertNotContains(as_moderator.get(place), "Rude")
    assertNotContains(as_moderator.get("/admin/chat/message/"), "what I said to you")
    assertNotContains(as_moderator.get(places[-1]), "my own words")
    assert as_moderator.get(page(own[0])).status_code == 302
    assertContains(as_owner.get(QUEUE), "Rude")
    decide_report(make_moderator("milo").pk, own[0], Report.Decision.DISMISSED)
    decide_report(User.objects.get(is_superuser=True).pk, own[1], Report.Decision.REMOVED)
    assertNotContains(as_moderator.get("/admin/chat/auditentry/"), "Rude")
    assertContains(as_owner.get("/admin/chat/auditentry/"), "Rude")
    assertContains(as_moderator.get(QUEUE), report.reason)


# ---- people


def test_a_persons_page_shows_what_they_did_and_what_was_done(
    as_moderator: Client, report: Report, bob: User, alice: User
) -> None:
    SignIn.objects.create(user=bob, session_key="gone")
    act(as_moderator, bob, "sanction", kind="mute", hours="1", room="", reason="Noise at night")
    shown = as_moderator.get(page(bob))
    titles = [str(part.title) for part in shown.context["parts"]]
    assert titles == [
        *("Sessions", "Sanctions", "Reports against them", "Reports by them"),
        *("Rooms", "Recent messages"),
    ]
    for words in ("Noise at night", "Advertising.", "Atelier", "Buy now"):
        assertContains(shown, words)
    assert not SignIn.objects.filter(session_key="gone").exists()


def test_a_persons_page_costs_the_same_queries_however_much_they_did(
    as_moderator: Client, room: Room, bob: User, alice: User, talk: list[Message]
) -> None:
    costs = []
    for count in (1, 12):
        store(room, bob, *("Buy" for _ in range(count)))
        for message in Message.objects.filter(author=bob, reports=None):
            complain(message, alice, reason="Again.")
            Sanction.objects.create(user=bob, kind="mute", reason="Noise", by=alice)
        with CaptureQueriesContext(connection) as captured:
            as_moderator.get(page(bob))
        costs.append(len(captured))
    assert costs[0] == costs[1] <= 25


def test_one_who_waits_is_let_in_or_not(as_moderator: Client, db: None) -> None:
    dora, eric = (
        register(username=name, password=PASSWORD, waits=True) for name in ("dora", "eric")
    )
    assert not dora.memberships.exists()
    assertContains(as_moderator.get(page(dora)), "Let in")
    act(as_moderator, dora, "approve")
    act(as_moderator, eric, "refuse")
    assert [*User.objects.filter(pk__in=[dora.pk, eric.pk], is_active=True)] == [dora]
    assert dora.memberships.get().room.slug == "general"
    assert not User.objects.filter(waits_since__isnull=False).exists()
    actions = AuditEntry.objects.order_by("pk").values_list("action", "user")
    assert list(actions) == [("user.approve", dora.pk), ("user.refuse", eric.pk)]


def test_an_owner_ends_all_sessions_of_somebody(as_owner: Client, bob: User) -> None:
    device = Client()
    device.force_login(bob)
    device.get("/")
    act(as_owner, bob, "end_sessions")
    assert identify(device.cookies["sessionid"].value) is None
    assert AuditEntry.objects.get().action == "user.end_sessions"


def test_an_owner_closes_an_account_for_a_reason(as_owner: Client, bob: User) -> None:
    act(as_owner, bob, "deactivate", reason="left the firm")
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.user, entry.reason) == ("user.deactivate", bob, "left the firm")
    act(as_owner, bob, "reactivate")
    bob.refresh_from_db()
    assert bob.is_active


# ---- who may

READ = ["room", "membership", "message", "attachment", "report", "sanction", "auditentry"]


def test_moderators_see_what_they_need_and_change_no_account(
    as_moderator: Client, bob: User
) -> None:
    User.objects.filter(pk=bob.pk).update(email="bob@example.org")
    for model in READ:
        assert as_moderator.get(f"/admin/chat/{model}/").status_code == 200
    assert as_moderator.get("/admin/accounts/invitation/").status_code == 403
    assert as_moderator.post(page(bob), {"name": "Robert"}).status_code == 403
    for name in ("deactivate", "end_sessions"):
        assert act(as_moderator, bob, name, reason="x").status_code == 403
    shown = as_moderator.get(page(bob))
    for words in ("Sign out everywhere", "field-password", "bob@example.org"):
        assertNotContains(shown, words)
    assertNotContains(as_moderator.get("/admin/accounts/user/"), "bob@example.org")
    found = as_moderator.get("/admin/accounts/user/", {"q": "bob@"}).context["cl"].result_list
    assert list(found) == []


def test_of_a_conversation_moderators_see_what_was_reported(
    as_moderator: Client, as_owner: Client, alice: User, bob: User
) -> None:
    store(make_direct(alice, bob), bob, "for you alone", "buy now")
    secret, reported = Message.objects.order_by("seq")
    complain(reported, alice, reason="Advertising.")
    shown = as_moderator.get("/admin/chat/message/").context["cl"].result_list
    assert list(shown) == [reported]
    assert as_moderator.get(page(secret)).status_code == 302
    assert as_owner.get(page(secret)).status_code == 200
    of_bob = as_moderator.get(page(bob))
    assertContains(of_bob, "buy now")
    assertNotContains(of_bob, "for you alone")
    assertContains(as_owner.get(page(bob)), "for you alone")


def test_what_was_answered_long_before_in_a_conversation_is_not_shown(
    as_moderator: Client, alice: User, bob: User
) -> None:
    direct = make_direct(alice, bob)
    store(direct, bob, "for you alone", *["hm"] * 20)
    store(direct, bob, "buy now", reply_to=1)
    reported = Message.objects.get(body="buy now")
    complain(reported, alice, reason="Advertising.")
    shown = as_moderator.get(page(reported))
    assertContains(shown, f"{direct.pk}/1")
    assertNotContains(shown, "for you alone")


def test_an_act_is_a_post_on_a_row_that_is_there(
    as_moderator: Client, client: Client, report: Report, bob: User
) -> None:
    path = f"{QUEUE}{report.pk}/act/dismiss/"
    assertRedirects(as_moderator.get(path), QUEUE)
    assert as_moderator.post(f"{QUEUE}{report.pk}/act/nothing/").status_code == 404
    assert as_moderator.post(f"{QUEUE}99999/act/dismiss/").status_code == 404
    client.force_login(bob)
    assert client.post(path, follow=True).status_code == 403
    report.refresh_from_db()
    assert report.decided_at is None


def heading(client: Client, row: Any) -> tuple[str, str]:
    """What a page is called, and the end of the way to it."""
    shown = client.get(page(row)).content.decode()
    (way,) = re.findall(r'<div class="breadcrumbs">(.*?)</div>', shown, re.DOTALL)
    return re.findall(r"<h2>(.*?)</h2>", shown)[0], way.split("&rsaquo;")[-1].strip()


def test_a_report_and_its_message_are_called_by_the_room_and_the_author(
    as_moderator: Client, report: Report, room: Room
) -> None:
    title = f"{room.name} · bob"
    assert heading(as_moderator, report) == heading(as_moderator, report.message) == (title, title)


def test_a_conversation_is_called_by_its_people(
    as_moderator: Client, alice: User, bob: User
) -> None:
    direct = make_direct(alice, bob)
    store(direct, bob, "buy now")
    report = complain(Message.objects.get(), alice)
    assert heading(as_moderator, report)[0] == "alice, bob · bob"
    for place in (QUEUE, page(report)):
        shown = as_moderator.get(place)
        assertContains(shown, "alice, bob")
        assertNotContains(shown, f"direct {direct.pk}")


def test_around_a_message_what_was_deleted_is_said_to_be(
    as_moderator: Client, talk: list[Message]
) -> None:
    assertNotContains(as_moderator.get(page(talk[0])), "<strong>bob</strong> deleted")
    act(as_moderator, talk[1], "remove", reason="Spam")
    assertContains(as_moderator.get(page(talk[0])), "<strong>bob</strong> deleted")


def offered(client: Client, row: Any) -> list[str]:
    shown = client.get(page(row)).context
    offers = shown["card"].offers if "card" in shown else shown["offers"]
    return [offer.act.name for offer in offers]


def test_nobody_is_offered_to_mute_or_ban_themselves(as_owner: Client, alice: User) -> None:
    olga = User.objects.get(username="olga")
    room = make_room(olga, alice, name="Pier")
    store(room, olga, "Buy now")
    message = Message.objects.get()
    report = complain(message, alice)
    assert offered(as_owner, report) == ["dismiss", "remove"]
    (card,) = as_owner.get(QUEUE).context["cards"]
    assert [offer.act.name for offer in card.offers] == ["dismiss", "remove"]
    assert offered(as_owner, message) == ["remove"]
    assert "sanction" not in offered(as_owner, olga)
    assert offered(as_owner, room.memberships.get(user=olga)) == ["role", "remove"]


def test_moderators_are_offered_nothing_against_staff(
    as_moderator: Client, as_owner: Client, alice: User
) -> None:
    milo = make_moderator("milo")
    room = make_room(milo, alice, name="Pier")
    store(room, milo, "Buy now")
    message, report = Message.objects.get(), complain(Message.objects.get(), alice)
    assert offered(as_moderator, report) == ["dismiss", "remove"]
    assert offered(as_moderator, message) == ["remove"]
    assert offered(as_moderator, room.memberships.get(user=milo)) == []
    assert offered(as_owner, report) == ["dismiss", "remove", "mute", "ban"]
    assert offered(as_owner, room.memberships.get(user=milo)) == ["role", "sanction", "remove"]


def test_staff_without_the_permission_are_offered_nothing(report: Report) -> None:
    staff, client = make_moderator("sam"), Client()
    group = staff.groups.get()
    group.permissions.remove(*group.permissions.exclude(codename__startswith="view"))
    client.force_login(staff)
    assertNotContains(client.get(QUEUE), "formaction")
    assert act(client, report, "dismiss").status_code == 403


def test_the_group_of_moderators_is_made_once_and_stays_as_an_owner_has_it(mona: User) -> None:
    group = mona.groups.get()
    may = {permission.codename for permission in group.permissions.all()}
    assert {"change_report", "delete_message", "add_sanction", "view_auditentry"} <= may
    assert {name for name in may if name.endswith(("_user", "_auditentry"))} == {
        *("view_user", "approve_user", "view_auditentry")
    }
