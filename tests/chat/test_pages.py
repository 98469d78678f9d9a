import json
import re
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.models import User
from chat import limits
from chat.actions.sanctions import sanction_everywhere
from chat.models import Membership, Message, Room
from chat.protocol.limits import MAX_BODY
from tests.chat.sending import say
from tests.chat.stored import store
from tests.client import PASSWORD
from tests.people import make_direct, make_person, make_room

pytestmark = pytest.mark.django_db

ATELIER = "/rooms/atelier/"
QUERIES = 19  # of a room page; two more where there are direct rooms, two where one keeps order


@pytest.fixture(autouse=True)
def no_collected_files(settings: Settings, tmp_path: Path) -> None:
    """Nobody has collected static files for this run."""
    settings.STATIC_ROOT = tmp_path


@pytest.fixture
def browser(client: Client, bob: User) -> Client:
    client.force_login(bob)
    return client


def start(page: str) -> dict[str, Any]:
    """What the page carries for the client to start from."""
    block = re.search(r'<script type="application/json" id="start">(.*?)</script>', page, re.DOTALL)
    assert block
    data: dict[str, Any] = json.loads(block[1])
    return data


def sign_in(browser: Client, user: User) -> None:
    """Through the forms, as a browser does; whoever was signed in signs out first."""
    if "sessionid" in browser.cookies:
        submit(browser, "/accounts/logout/")
    submit(browser, "/accounts/login/", login=user.username, password=PASSWORD)


def submit(browser: Client, path: str, **fields: str) -> None:
    browser.get(path)
    fields["csrfmiddlewaretoken"] = browser.cookies["csrftoken"].value
    assert browser.post(path, fields).status_code == 302


def form(body: str) -> dict[str, str]:
    return {"client_id": str(uuid.uuid4()), "body": body}


def shown_seqs(page: str) -> list[int]:
    timeline = page[page.index('id="timeline"') : page.index('id="composer"')]
    return [int(seq) for seq in re.findall(r'data-seq="(\d+)"', timeline)]


class TestHome:
    def test_it_leads_to_the_room_last_visited(self, browser: Client, room: Room) -> None:
        browser.get(ATELIER)
        assertRedirects(browser.get("/"), ATELIER)

    def test_it_leads_to_general_at_first(self, browser: Client, room: Room) -> None:
        assertRedirects(browser.get("/"), "/rooms/general/")

    def test_it_does_not_lead_into_a_room_that_one_has_left(
        self, browser: Client, bob: User, room: Room
    ) -> None:
        browser.get(ATELIER)
        Membership.objects.filter(room=room, user=bob).update(left_at=datetime.now(UTC))
        assertRedirects(browser.get("/"), "/rooms/general/")

    def test_it_says_so_where_there_is_no_room(self, browser: Client) -> None:
        Membership.objects.all().delete()
        assertContains(browser.get("/"), "You are in no room yet")

    def test_it_asks_to_sign_in(self, client: Client) -> None:
        assertRedirects(client.get("/"), "/accounts/login/?next=/")


class TestRoom:
    def test_its_history_is_readable_without_scripts(
        self, browser: Client, alice: User, room: Room
    ) -> None:
        store(room, alice, "你好, **world**", "second")
        page = browser.get(ATELIER).content.decode()
        assert "你好, <strong>world</strong>" in page
        assert shown_seqs(page) == [1, 2]

    def test_it_carries_the_same_history_as_data(
        self, browser: Client, alice: User, bob: User, room: Room
    ) -> None:
        store(room, alice, "one", "</script><script>alert(1)</script>")
        page = browser.get(ATELIER).content.decode()
        data = start(page)
        assert [message["body"] for message in data["history"]["messages"]] == [
            "one",
            "</script><script>alert(1)</script>",
        ]
        assert data["history"]["rev"] == room.last_rev
        assert data["welcome"]["me"]["user"]["id"] == bob.pk

    def test_markup_in_a_message_stays_text(self, browser: Client, alice: User, room: Room) -> None:
        store(room, alice, "<img src=x onerror=alert(1)>", "**<b>** [x](javascript:alert)")
        page = browser.get(ATELIER).content.decode()
        assert "<img src=x" not in page
        assert "<strong>&lt;b&gt;</strong>" in page
        assert 'href="javascript:' not in page

    def test_older_history_is_a_link_away(self, browser: Client, alice: User, room: Room) -> None:
        store(room, alice, *(f"message {n}" for n in range(1, 61)))
        page = browser.get(ATELIER).content.decode()
        assert shown_seqs(page) == list(range(11, 61))
        assert f'href="{ATELIER}?before=11"' in page
        older = browser.get(f"{ATELIER}?before=11").content.decode()
        assert shown_seqs(older) == list(range(1, 11))
        assert f'href="{ATELIER}?after=10"' in older

    @pytest.mark.parametrize("mark", ["x", "-1", "1" * 400, "٣", ""])
    def test_nonsense_in_the_address_means_the_latest(
        self, browser: Client, alice: User, room: Room, mark: str
    ) -> None:
        store(room, alice, "latest")
        assertContains(browser.get(ATELIER, {"before": mark}), 'data-seq="1"')

    def test_a_link_leads_to_a_message(self, browser: Client, alice: User, room: Room) -> None:
        store(room, alice, *(f"message {n}" for n in range(1, 201)))
        page = browser.get(f"{ATELIER}40/").content.decode()
        assert 40 in shown_seqs(page)
        assert 200 not in shown_seqs(page)
        assert re.search(r'is-target"\s+data-seq="40"', page)
        assert start(page)["target"] == 40

    def test_it_groups_what_one_person_says_in_a_row(
        self, browser: Client, alice: User, bob: User, room: Room
    ) -> None:
        nine = datetime(2026, 1, 31, 9, tzinfo=UTC)
        store(room, alice, "head", "following", at=nine)
        store(room, bob, "head", at=nine)
        store(room, bob, "later", at=nine + timedelta(minutes=6))
        store(room, bob, "next day", at=nine + timedelta(days=1))
        page = browser.get(ATELIER).content.decode()
        timeline = page[page.index('id="timeline"') : page.index('id="composer"')]
        heads = re.findall(r'class="message( is-head)?"', timeline)
        assert [bool(head) for head in heads] == [True, False, True, True, True]
        assert timeline.count('class="day"') == 2

    def test_a_deleted_message_leaves_a_tombstone(
        self, browser: Client, alice: User, room: Room
    ) -> None:
        store(room, alice, "", deleted_at=datetime.now(UTC))
        page = browser.get(ATELIER).content.decode()
        assert shown_seqs(page) == [1]
        assert page.count("This message was deleted.") > page.count("message_deleted")

    def test_it_quotes_what_is_answered(self, browser: Client, alice: User, room: Room) -> None:
        store(room, alice, "the question")
        store(room, alice, "the answer", reply_to=1)
        assertContains(browser.get(ATELIER), f'class="message__reply" href="{ATELIER}1/"')

    @pytest.mark.parametrize("hidden", ["a|secret", "a || secret", "secret " * 100 + "x"])
    def test_a_quote_hides_what_is_hidden(
        self, browser: Client, alice: User, room: Room, hidden: str
    ) -> None:
        store(room, alice, f"so ||{hidden}|| it is")
        store(room, alice, "the answer", reply_to=1)
        page = browser.get(ATELIER).content.decode()
        quote = page[page.index('class="message__reply" href') :]
        assert "so ▒▒▒" in quote
        assert "secret" not in quote[: quote.index("</a>")]

    @pytest.mark.django_db(transaction=True)
    def test_a_quote_has_no_marks_and_people_under_their_present_names(
        self, browser: Client, alice: User, bob: User, room: Room
    ) -> None:
        body = "**Ask** @bob\n- `one`\n```\na = 1\n```\n[here](https://example.org) ||secret||"
        say(alice, room, body)
        say(alice, room, "the answer", reply_to=1)
        User.objects.filter(pk=bob.pk).update(name="Robert")
        assertContains(
            browser.get(ATELIER),
            '<bdi class="message__reply-text">Ask @Robert one a = 1 here ▒▒▒</bdi>',
        )

    def test_it_skips_system_messages_that_it_does_not_know(
        self, browser: Client, alice: User, room: Room
    ) -> None:
        store(room, None, "", kind="system", event={"name": "aurora", "params": {}})
        store(room, None, "", kind="system", event={"name": "member_left", "params": {"user": 0}})
        page = browser.get(ATELIER).content.decode()
        assert shown_seqs(page) == [2]
        assert "\u2068Deleted account\u2069 left" in page

    def test_a_new_room_is_an_invitation(self, browser: Client, room: Room) -> None:
        assertContains(browser.get(ATELIER), "Nobody has written anything yet.")

    def test_how_a_name_is_written_turns_nothing_around_it(
        self, browser: Client, room: Room
    ) -> None:
        Room.objects.filter(pk=room.pk).update(name="שלום")
        page = browser.get(ATELIER)
        assertContains(page, "This is the beginning of \u2068שלום\u2069.")
        assertContains(page, "<title>\u2068שלום\u2069 · Chatsite</title>")
        assertContains(page, 'placeholder="Message \u2068שלום\u2069"')
        assertContains(page, '<bdi class="room-row__name">שלום</bdi>')
        assertContains(page, '<bdi class="room__name">שלום</bdi>')

    def test_it_lists_the_people_in_it_by_role(self, browser: Client, room: Room) -> None:
        page = browser.get(ATELIER).content.decode()
        people = page[page.index('id="people"') : page.index("people__more")]
        assert people.index("Owners") < people.index("Alice") < people.index("Members")
        assert people.index("Members") < people.index("Bob")

    def test_it_marks_the_rooms_with_news(
        self, browser: Client, alice: User, bob: User, room: Room
    ) -> None:
        store(make_room(alice, bob, name="News"), alice, "unread")
        page = browser.get(ATELIER).content.decode()
        unread = page[page.index('data-section="unread"') : page.index('data-section="rooms"')]
        assert "News" in unread
        assert "Atelier" not in unread

    def test_an_archived_room_cannot_be_written_in(self, browser: Client, room: Room) -> None:
        Room.objects.filter(pk=room.pk).update(archived_at=datetime.now(UTC))
        page = browser.get(ATELIER).content.decode()
        assert re.search(r'<form class="composer"[^>]* hidden', page)

    def test_a_direct_room_is_called_after_the_others(
        self, browser: Client, alice: User, bob: User
    ) -> None:
        direct = make_direct(alice, bob)
        assertContains(browser.get(f"/direct/{direct.pk}/"), "<title>Alice · Chatsite</title>")

    def test_names_are_told_apart_as_the_language_does(
        self, browser: Client, alice: User, bob: User, carol: User
    ) -> None:
        direct = make_direct(alice, bob, carol)
        page = f"/direct/{direct.pk}/"
        assertContains(browser.get(page), "<title>Alice, Carol · Chatsite</title>")
        in_chinese = browser.get(page, headers={"accept-language": "zh-CN"})
        assertContains(in_chinese, "<title>Alice、Carol · Chatsite</title>")

    def test_direct_rooms_stand_by_who_wrote_last(
        self, browser: Client, alice: User, bob: User, carol: User, room: Room
    ) -> None:
        make_direct(bob)
        store(make_direct(bob, alice), bob, "hello", at=datetime(2026, 1, 31, tzinfo=UTC))
        store(make_direct(bob, carol), bob, "hello", at=datetime(2026, 2, 1, tzinfo=UTC))
        Membership.objects.filter(user=bob).update(read_seq=1)
        page = browser.get(ATELIER).content.decode()
        direct = page[page.index('data-section="direct"') : page.index('class="rooms__none"')]
        names = re.findall(r'class="room-row__name">([^<]+)<', direct)
        assert names == ["Carol", "Alice", "Notes to self"]

    def test_what_another_has_opened_is_listed_from_its_first_message_on(
        self, browser: Client, alice: User, bob: User, room: Room
    ) -> None:
        direct = make_direct(alice, bob)
        href = f'href="/direct/{direct.pk}/"'
        assertNotContains(browser.get(ATELIER), href)
        assertContains(browser.get(f"/direct/{direct.pk}/"), href)  # there it is where one is
        store(direct, alice, "hello")
        assertContains(browser.get(ATELIER), href)

    def test_what_one_has_opened_is_listed_at_once(
        self, browser: Client, alice: User, bob: User, room: Room
    ) -> None:
        direct = make_direct(bob, alice)
        assertContains(browser.get(ATELIER), f'href="/direct/{direct.pk}/"')

    def test_a_room_with_a_chinese_name_has_an_address(
        self, browser: Client, alice: User, bob: User
    ) -> None:
        make_room(alice, bob, name="茶水间")
        assertContains(browser.get("/rooms/茶水间/"), "茶水间")

    def test_it_costs_as_much_however_many_messages_and_people(
        self,
        browser: Client,
        alice: User,
        room: Room,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        store(room, alice, "one")
        browser.get(ATELIER)
        with django_assert_num_queries(QUERIES):
            browser.get(ATELIER)
        for n in range(5):
            member = make_person(f"member{n}")
            Membership.objects.create(room=room, user=member, rev=100 + n)
            store(room, member, f"hello from {n}", "and more")
        with django_assert_num_queries(QUERIES):
            browser.get(ATELIER)


class TestOutsiders:
    @pytest.fixture
    def browser(self, client: Client, carol: User) -> Client:
        client.force_login(carol)
        return client

    def test_what_is_hidden_and_what_is_not_there_look_alike(
        self, browser: Client, room: Room
    ) -> None:
        hidden, missing = browser.get(ATELIER), browser.get("/rooms/missing/")
        assert hidden.status_code == missing.status_code == 404
        assert hidden.content == missing.content

    def test_a_direct_room_of_others_is_not_there(
        self, browser: Client, alice: User, bob: User
    ) -> None:
        direct = make_direct(alice, bob)
        hidden, missing = browser.get(f"/direct/{direct.pk}/"), browser.get("/direct/999999/")
        assert hidden.status_code == missing.status_code == 404

    def test_a_public_room_says_that_one_has_not_joined(self, browser: Client, alice: User) -> None:
        make_room(alice, kind=Room.Kind.PUBLIC, name="Square")
        response = browser.get("/rooms/square/")
        assertContains(response, "you have not joined it", status_code=403)

    def test_they_cannot_post(self, browser: Client, room: Room) -> None:
        response = browser.post(ATELIER, {"client_id": str(uuid.uuid4()), "body": "hello"})
        assert response.status_code == 404
        assert not Message.objects.filter(room=room).exists()


@pytest.mark.django_db(transaction=True)
class TestForm:
    def test_it_sends_and_returns_to_the_room(self, browser: Client, bob: User, room: Room) -> None:
        draft = {"client_id": str(uuid.uuid4()), "body": "line one\r\nline two"}
        assertRedirects(browser.post(ATELIER, draft), ATELIER)
        message = Message.objects.get(room=room)
        assert (message.author, message.body) == (bob, "line one\nline two")

    def test_pressed_twice_it_sends_once(self, browser: Client, room: Room) -> None:
        draft = {"client_id": str(uuid.uuid4()), "body": "hello"}
        for _ in range(2):
            assertRedirects(browser.post(ATELIER, draft), ATELIER)
        assert Message.objects.filter(room=room).count() == 1

    def test_a_refused_draft_comes_back_with_the_reason(self, browser: Client, room: Room) -> None:
        draft = {"client_id": str(uuid.uuid4()), "body": "x" * (MAX_BODY + 1)}
        response = browser.post(ATELIER, draft)
        assertContains(response, "The message is too long.", status_code=422)
        assertContains(response, draft["client_id"], status_code=422)
        assertContains(response, draft["body"], status_code=422)

    @pytest.mark.parametrize("client_id", ["", "not-a-uuid", "\0"])
    def test_a_broken_form_is_refused(self, browser: Client, room: Room, client_id: str) -> None:
        response = browser.post(ATELIER, {"client_id": client_id, "body": "hello"})
        assert response.status_code == 422
        assert not Message.objects.filter(room=room).exists()

    def test_it_takes_no_post_from_elsewhere(self, bob: User, room: Room) -> None:
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(bob)
        response = strict.post(ATELIER, {"client_id": str(uuid.uuid4()), "body": "hello"})
        assertContains(response, "This form has expired", status_code=403)

    def test_it_sends_nothing_under_the_name_of_who_signed_in_since(
        self, alice: User, bob: User, room: Room
    ) -> None:
        strict = Client(enforce_csrf_checks=True)
        sign_in(strict, bob)
        page = strict.get(ATELIER).content.decode()
        draft = dict(re.findall(r'name="(csrfmiddlewaretoken|client_id)" value="([^"]+)"', page))
        assert len(draft) == 2
        sign_in(strict, alice)
        assert strict.post(ATELIER, draft | {"body": "Bob wrote this."}).status_code == 403
        assert not Message.objects.filter(room=room).exists()


class TestSession:
    def test_it_says_whose_it_is(self, browser: Client, bob: User) -> None:
        response = browser.get("/session")
        assert response.json() == {"user": bob.pk}
        assert "no-store" in response["Cache-Control"]

    def test_it_says_that_it_is_nobodys(self, client: Client) -> None:
        assert client.get("/session").json() == {"user": None}


def test_no_page_may_run_what_is_not_its_own(browser: Client, room: Room) -> None:
    response = browser.get(ATELIER)
    policy = response["Content-Security-Policy"]
    nonce = re.search(r"'nonce-([^']+)'", policy)
    assert nonce
    assert "unsafe" not in policy
    assert "require-trusted-types-for 'script'" in policy
    page = response.content.decode()
    for tag in re.findall(r"<script[^>]*>", page):
        assert nonce[1] in tag or 'type="application/json"' in tag
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=", page)


def test_pages_are_not_kept_for_others(browser: Client, room: Room) -> None:
    response = browser.get(ATELIER)
    assert "private" in response["Cache-Control"]
    assertNotContains(response, "max-age=31536000")


@pytest.mark.parametrize("address", ["/", ATELIER, "/direct/1/"])
def test_one_banned_from_the_site_sees_none_of_it(
    browser: Client, bob: User, room: Room, address: str
) -> None:
    sanction_everywhere(bob.pk, "ban", "spam")
    assertContains(browser.get(address), "You are banned from this site.", status_code=403)
    assert browser.post(ATELIER, form("one more word")).status_code == 403


@pytest.mark.django_db(transaction=True)
def test_the_form_counts_with_what_the_socket_sends(
    browser: Client, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "_messages", limits.UserBuckets(rate=0.001, burst=2))
    codes = [browser.post(ATELIER, form("hello")).status_code for _ in range(3)]
    assert codes == [302, 302, 429]


@pytest.mark.parametrize("address", ["/", ATELIER, f"{ATELIER}1/", "/direct/1/"])
def test_who_asks_for_pages_without_end_has_to_wait(
    browser: Client, room: Room, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setattr(limits, "_pages", limits.UserBuckets(rate=0.001, burst=1))
    assert browser.get(ATELIER).status_code == 200
    assert browser.get(address).status_code == 429


def test_a_nul_in_an_address_leads_nowhere(alice: User, client: Client) -> None:
    client.force_login(alice)
    assert client.get("/rooms/%00abc/").status_code == 404
