"""The admin shows a moderator what they look for, reads no table to its end, and writes nothing itself."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.admin_paging import COUNT_MAX
from accounts.models import User
from accounts.registration import register
from chat.actions.sanctions import sanction_everywhere
from chat.admin import messages
from chat.admin.base import ViewAdmin
from chat.models import (
    Attachment,
    AuditEntry,
    Invite,
    Membership,
    Message,
    MessageEdit,
    Reaction,
    Report,
    Room,
    Sanction,
    Site,
)
from tests.chat.stored import complain
from tests.client import PASSWORD
from tests.people import make_direct, make_room

pytestmark = pytest.mark.django_db

MESSAGES = "/admin/chat/message/"
ROOMS = "/admin/chat/room/"
REPORTS = "/admin/chat/report/"
MODELS = [Attachment, AuditEntry, Invite, Membership, Message, Report, Room, Sanction, Site]

Search = Callable[..., list[Any]]


def say(room: Room, author: User, body: str, **fields: Any) -> Message:
    """A message as if the writer had stored it."""
    room.last_seq += 1
    room.last_rev += 1
    room.save()
    return Message.objects.create(
        room=room,
        seq=room.last_seq,
        rev=room.last_rev,
        created_rev=room.last_rev,
        author=author,
        client_id=uuid4(),
        body=body,
        at=timezone.now(),
        **fields,
    )


@pytest.fixture(autouse=True)
def no_collected_files(settings: Settings, tmp_path: Path) -> None:
    """Nobody has collected static files for this run."""
    settings.STATIC_ROOT = tmp_path


@pytest.fixture
def as_owner(client: Client) -> Client:
    client.force_login(
        register(username="olga", password=PASSWORD, is_staff=True, is_superuser=True)
    )
    return client


@pytest.fixture
def search(as_owner: Client) -> Search:
    def results(path: str, **query: Any) -> list[Any]:
        response = as_owner.get(path, query)
        assert response.status_code == 200
        return list(response.context["cl"].result_list)

    return results


@pytest.fixture
def talk(room: Room, alice: User, bob: User) -> list[Message]:
    """Alice and Bob in the Atelier, and Alice alone in the Cellar."""
    cellar = make_room(alice, name="Cellar")
    return [
        say(room, alice, "Good morning"),
        say(room, bob, "Coffee?"),
        say(cellar, alice, "Coffee, at last"),
    ]


@pytest.fixture
def one_of_each(room: Room, alice: User, bob: User, talk: list[Message]) -> dict[type, Any]:
    return {
        Attachment: Attachment.objects.create(
            room=room, message=talk[0], uploader=alice, name="a.png", type="image/png", size=9
        ),
        AuditEntry: AuditEntry.objects.create(actor=alice, action="room.update", room=room),
        Invite: Invite.objects.create(room=room, created_by=alice),
        Membership: Membership.objects.get(room=room, user=bob),
        Message: talk[0],
        Report: complain(talk[1], alice, reason="Too much coffee"),
        Room: room,
        Sanction: Sanction.objects.create(user=bob, room=room, kind="mute", reason="Coffee"),
        Site: Site.current(),
    }


# ---- who may, and what


def test_a_ban_from_the_site_is_one_from_the_admin(as_owner: Client) -> None:
    sanction_everywhere(User.objects.get(username="olga").pk, "ban", "a stolen account")
    assert as_owner.get("/admin/").status_code == 403
    assert as_owner.post("/admin/chat/room/add/", {"name": "Lair"}).status_code == 403


def test_it_is_for_staff_with_the_permission(client: Client, alice: User) -> None:
    staff = register(username="sam", password=PASSWORD, is_staff=True)
    client.force_login(staff)
    assert client.get(MESSAGES).status_code == 403
    staff.user_permissions.add(Permission.objects.get(codename="view_message"))
    assert client.get(MESSAGES).status_code == 200
    client.force_login(alice)
    assert client.get(MESSAGES, follow=True).status_code == 403


@pytest.mark.parametrize("model", MODELS)
def test_each_list_and_page_can_be_read(
    as_owner: Client, one_of_each: dict[type, Any], model: type
) -> None:
    path = f"/admin/chat/{model.__name__.lower()}/"
    assert as_owner.get(path).status_code == 200
    assert as_owner.get(f"{path}{one_of_each[model].pk}/change/").status_code == 200


@pytest.mark.parametrize("model", [model for model in MODELS if model is not Room])
def test_nothing_can_be_changed_past_the_actions(
    as_owner: Client, one_of_each: dict[type, Any], model: type
) -> None:
    path = f"/admin/chat/{model.__name__.lower()}/{one_of_each[model].pk}"
    assert as_owner.post(f"{path}/change/", {"reason": "changed"}).status_code == 403
    assert as_owner.post(f"{path}/delete/", {"post": "yes"}).status_code == 403


def test_an_owner_says_how_long_a_room_keeps_its_messages(as_owner: Client, room: Room) -> None:
    page = f"{ROOMS}{room.pk}/change/"
    assertRedirects(as_owner.post(page, {"retention_days": "90", "name": "Changed"}), ROOMS)
    room.refresh_from_db()
    assert (room.retention_days, room.name) == (90, "Atelier")
    assert AuditEntry.objects.get(action="room.retention").actor.username == "olga"  # type: ignore[union-attr]
    assert as_owner.post(page, {"retention_days": "1"}).context["errors"]


def test_a_room_is_not_deleted_and_only_owners_change_it(
    as_owner: Client, client: Client, room: Room
) -> None:
    assert as_owner.post(f"{ROOMS}{room.pk}/delete/", {"post": "yes"}).status_code == 403
    staff = register(username="sam", password=PASSWORD, is_staff=True)
    permissions = Permission.objects.filter(codename__in=["view_room", "change_room"])
    staff.user_permissions.set(permissions)
    client.force_login(staff)
    assert client.post(f"{ROOMS}{room.pk}/change/", {"retention_days": "9"}).status_code == 403


@pytest.mark.parametrize("model", [model for model in MODELS if model is not Room])
def test_only_rooms_are_made_here(as_owner: Client, model: type) -> None:
    assert as_owner.get(f"/admin/chat/{model.__name__.lower()}/add/").status_code == 403


def test_nobody_learns_by_its_address_of_a_private_room(as_owner: Client) -> None:
    for _ in range(2):
        as_owner.post(f"{ROOMS}add/", {"kind": "private", "name": "Layoffs 2027", "topic": ""})
    first, second = Room.objects.filter(name="Layoffs 2027")
    assert re.fullmatch(r"layoffs-2027-[0-9a-f]{8}", first.slug or "")
    assert first.slug != second.slug


def test_a_room_is_made_as_by_anybody_who_makes_one(as_owner: Client) -> None:
    page = as_owner.post(f"{ROOMS}add/", {"kind": "public", "name": " The  Attic ", "topic": "Up"})
    room = Room.objects.get(slug="the-attic")
    assertRedirects(page, ROOMS)
    assert (room.name, room.topic, room.member_count, room.last_rev) == ("The Attic", "Up", 1, 1)
    assert room.memberships.get().user.username == "olga"
    assert room.memberships.get().role == Membership.Role.OWNER


@pytest.mark.parametrize(
    ("kind", "name"), [("public", "atelier"), ("public", "!"), ("public", ""), ("direct", "We two")]
)
def test_a_room_that_cannot_be_is_refused_in_the_form(
    as_owner: Client, room: Room, kind: str, name: str
) -> None:
    rooms = Room.objects.count()
    page = as_owner.post(f"{ROOMS}add/", {"kind": kind, "name": name})
    assert page.context["errors"]
    assert Room.objects.count() == rooms


# ---- finding


def test_the_newest_messages_come_first(search: Search, talk: list[Message]) -> None:
    assert search(MESSAGES) == talk[::-1]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("#atelier", [1, 0]),
        ("#atelier/2", [1]),
        ("http://testserver/rooms/atelier/2/", [1]),
        ("/rooms/cellar/", [2]),
        ("@alice", [2, 0]),
        ("@ALICE #atelier", [0]),
        ("#atelier coffee", [1]),
        ("#cellar at last", [2]),
        ("@bob #cellar", []),
        ("#atelier/99", []),
    ],
)
def test_messages_are_found_by_place_person_and_words(
    search: Search, talk: list[Message], words: str, found: list[int]
) -> None:
    assert search(MESSAGES, q=words) == [talk[index] for index in found]


def test_a_message_is_found_by_author_and_client_id(search: Search, talk: list[Message]) -> None:
    assert search(MESSAGES, q=f"@bob {talk[1].client_id}") == [talk[1]]


def test_a_room_without_an_address_is_found_by_its_number(
    search: Search, alice: User, bob: User
) -> None:
    direct = make_direct(alice, bob)
    message = say(direct, alice, "Psst")
    assert search(MESSAGES, q=f"#{direct.pk}") == [message]
    assert search(MESSAGES, q=f"/direct/{direct.pk}/1/") == [message]


def test_of_who_said_very_much_the_newest_is_found(
    search: Search, talk: list[Message], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(messages, "MANY", 1)
    assert search(MESSAGES, q="@alice") == [talk[2], talk[0]]
    monkeypatch.setattr(messages, "NEWEST", 1)
    assert search(MESSAGES, q="@alice") == [talk[2]]


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        ("coffee", "one room at a time"),
        ("#nowhere", "no room nowhere"),
        ("@nobody1", "no user nobody1"),
        ("3c0e60ff-bd61-4607-94a5-3c13a9d720d8", "together with its @username"),
    ],
)
def test_a_search_that_no_index_answers_says_so(
    as_owner: Client, talk: list[Message], words: str, hint: str
) -> None:
    page = as_owner.get(MESSAGES, {"q": words})
    assertContains(page, hint)
    assert list(page.context["cl"].result_list) == []


def test_words_are_searched_in_the_room_chosen_before(
    search: Search, room: Room, talk: list[Message]
) -> None:
    assert search(MESSAGES, room=room.pk, q="coffee") == [talk[1]]


def test_a_room_links_to_its_messages_and_members(as_owner: Client, room: Room) -> None:
    page = as_owner.get(ROOMS)
    assertContains(page, f'href="{MESSAGES}?room={room.pk}"')
    assertContains(page, f'href="/admin/chat/membership/?room={room.pk}"')


@pytest.mark.parametrize("state", ["edited", "deleted", "pinned", "reported"])
def test_a_rooms_messages_are_filtered_by_state(
    search: Search, room: Room, talk: list[Message], alice: User, bob: User, state: str
) -> None:
    now = timezone.now()
    in_state = {
        "edited": say(room, alice, "x", edited_at=now),
        "deleted": say(room, alice, "", deleted_at=now),
        "pinned": say(room, alice, "x", pinned_at=now),
        "reported": talk[1],
    }
    for reporter in (alice, bob):
        complain(talk[1], reporter, reason="Rude")
    assert search(MESSAGES, room=room.pk, state=state) == [in_state[state]]


@pytest.mark.parametrize("words", ["Atel", "atel", "#atelier", "@bob"])
def test_rooms_are_found_by_beginning_address_and_member(
    search: Search, room: Room, alice: User, words: str
) -> None:
    make_room(alice, name="Cellar")
    assert [found.slug for found in search(ROOMS, q=words) if found.slug != "general"] == [
        "atelier"
    ]


def test_what_waits_for_a_decision_comes_first_the_oldest_on_top(
    search: Search, talk: list[Message], alice: User, bob: User
) -> None:
    now = timezone.now()
    late = complain(talk[0], bob, reason="x", at=now)
    early = complain(talk[1], alice, reason="x", at=now - timedelta(hours=1))
    decided = complain(talk[2], bob, reason="x", decided_at=now)
    assert search(REPORTS) == [early, late]
    assert search(REPORTS, queue="decided") == [decided]


# ---- what a page shows


def test_a_message_is_shown_with_what_was_said_around_and_before(
    as_owner: Client, talk: list[Message]
) -> None:
    MessageEdit.objects.create(message=talk[0], body="Good mornign")
    page = as_owner.get(f"{MESSAGES}{talk[0].pk}/change/")
    assertContains(page, "Good mornign")
    assertContains(page, "Coffee?")
    assertNotContains(page, "Coffee, at last")


def test_what_users_wrote_is_text(as_owner: Client, room: Room, alice: User) -> None:
    message = say(room, alice, "<script>alert(1)</script>")
    for path in (MESSAGES, f"{MESSAGES}{message.pk}/change/"):
        page = as_owner.get(path)
        assertContains(page, "&lt;script&gt;alert(1)")
        assertNotContains(page, "<script>alert(1)")


def test_its_policy_gives_up_trusted_types_and_nothing_else(as_owner: Client) -> None:
    policies = {
        path: set(as_owner.get(path).headers["Content-Security-Policy"].split("; "))
        for path in (MESSAGES, "/")
    }
    without_nonce = {
        path: {re.sub(r" 'nonce-[^']+'", "", directive) for directive in policy}
        for path, policy in policies.items()
    }
    given_up = without_nonce["/"] - without_nonce[MESSAGES]
    assert given_up == {"require-trusted-types-for 'script'", "trusted-types 'none'"}
    assert without_nonce[MESSAGES] < without_nonce["/"]


def test_it_carries_the_sites_name(as_owner: Client) -> None:
    assertContains(as_owner.get("/admin/"), "Chatsite</a>")


# ---- at a million messages

QUERIES: list[tuple[str, dict[str, str]]] = [
    (MESSAGES, {}),
    (MESSAGES, {"p": "2"}),
    *((MESSAGES, {"room": "ROOM"} | more) for more in ({}, {"q": "coffee"}, {"q": "@bob"})),
    *((MESSAGES, {"room": "ROOM", "state": state}) for state in ("edited", "deleted", "reported")),
    *((MESSAGES, {"q": words}) for words in ("#atelier", "#atelier/2", "@alice", "@bob #atelier")),
    (MESSAGES, {"q": "#atelier coffee"}),
    (MESSAGES, {"q": "@bob 0198f3a2-7c1e-7b54-9d2a-3f6c1e0b8a47"}),
    *((ROOMS, query) for query in ({}, {"kind": "direct"}, {"q": "atel"}, {"q": "@bob"})),
    *(("/admin/chat/membership/", query) for query in ({}, {"room": "ROOM"}, {"q": "@bob"})),
    *(("/admin/chat/attachment/", query) for query in ({}, {"q": "#atelier/2"}, {"sent": "no"})),
    *((REPORTS, query) for query in ({}, {"q": "#atelier/2"}, {"queue": "all"})),
    *(("/admin/chat/auditentry/", query) for query in ({}, {"q": "@bob"}, {"q": "#atelier"})),
]


@pytest.mark.parametrize(("path", "query"), QUERIES)
def test_no_list_is_counted_or_read_to_its_end(
    as_owner: Client,
    room: Room,
    talk: list[Message],
    monkeypatch: pytest.MonkeyPatch,
    path: str,
    query: dict[str, str],
) -> None:
    monkeypatch.setattr(ViewAdmin, "list_per_page", 1)  # a list of one page is read without a limit
    query = {name: value.replace("ROOM", str(room.pk)) for name, value in query.items()}
    with CaptureQueriesContext(connection) as captured:
        assert as_owner.get(path, query).status_code in {200, 302}
    statements = [entry["sql"] for entry in captured if "chat_" in entry["sql"]]
    assert statements
    for sql in statements:
        assert "COUNT(" not in sql or f"LIMIT {COUNT_MAX + 1}" in sql
        assert not reads_all_messages(sql), sql


def test_a_list_costs_the_same_queries_for_one_row_and_for_many(
    as_owner: Client, room: Room, alice: User, bob: User
) -> None:
    as_owner.get(MESSAGES)  # which notes that the session is in use
    costs = []
    for _ in range(2):
        for author in (alice, bob):
            say(room, author, "Hello")
        with CaptureQueriesContext(connection) as captured:
            as_owner.get(MESSAGES)
        costs.append(len(captured))
    assert costs[0] == costs[1] <= 7


def test_no_list_and_no_page_costs_more_queries_for_more_rows(
    as_owner: Client, one_of_each: dict[type, Any], alice: User, bob: User
) -> None:
    def costs() -> dict[str, int]:
        found = {}
        for model in MODELS:
            path = f"/admin/chat/{model.__name__.lower()}/"
            for page in (path, f"{path}{one_of_each[model].pk}/change/"):
                with CaptureQueriesContext(connection) as captured:
                    as_owner.get(page)
                found[page] = len(captured)
        return found

    costs()  # which notes that the session is in use
    before = costs()
    message = one_of_each[Message]
    for number in range(5):
        room = make_room(alice, bob, name=f"Attic {number}")
        said = say(room, bob, "Tea?")
        Attachment.objects.create(
            room=room, message=said, uploader=bob, name="b.png", type="image/png", size=9
        )
        complain(said, alice, reason="Tea")
        Sanction.objects.create(user=bob, room=room, by=alice, kind="mute", reason="Tea")
        Invite.objects.create(room=room, created_by=bob)
        AuditEntry.objects.create(actor=bob, user=alice, action="room.update", room=room)
        MessageEdit.objects.create(message=message, body="Tea")
        Reaction.objects.create(message=message, user=alice, emoji="🫖" * (number + 1))
    assert costs() == before
    assert max(before.values()) <= 15


@pytest.mark.parametrize("lookup", ["body__contains", "author__name", "at__year", "seq"])
def test_no_other_column_can_be_searched_by_address(as_owner: Client, lookup: str) -> None:
    assert as_owner.get(MESSAGES, {lookup: "1"}).status_code == 400


def reads_all_messages(sql: str) -> bool:
    """Whether the plan walks chat_message, other than by primary key until a page is full."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SET LOCAL enable_seqscan = off"
            )  # so that one is left only where it must
            cursor.execute("EXPLAIN " + sql)
            return "Seq Scan on chat_message" in "\n".join(row[0] for row in cursor.fetchall())
        cursor.execute("EXPLAIN QUERY PLAN " + sql)
        plan = [row[3] for row in cursor.fetchall()]
    scans = any(re.match(r"SCAN chat_message\b", step) for step in plan)
    one_page = "LIMIT" in sql and "WHERE" not in sql and not any("TEMP B-TREE" in s for s in plan)
    return scans and not one_page


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_no_two_entries_of_the_menu_have_one_name(as_owner: Client, language: str) -> None:
    menu = as_owner.get("/admin/", headers={"Accept-Language": language}).context["app_list"]
    names = [str(model["name"]) for app in menu for model in app["models"]]
    assert sorted(set(names)) == sorted(names)
