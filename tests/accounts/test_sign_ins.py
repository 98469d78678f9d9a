"""Where somebody is signed in: they see it, they end it, and nobody else does either."""

import re
from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts import sign_ins
from accounts.models import SignIn, User
from accounts.sessions import identify
from tests.client import PASSWORD

pytestmark = pytest.mark.django_db

PAGE = "/accounts/sessions/"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
    " Version/19.0 Mobile/15E148 Safari/604.1"
)


def browser_of(user: User, user_agent: str = FIREFOX, address: str = "203.0.113.7") -> Client:
    """Signed in, with a page loaded."""
    client = Client(headers={"user-agent": user_agent}, REMOTE_ADDR=address)
    client.force_login(user)
    client.get("/accounts/keys/")
    return client


def key_of(client: Client) -> str:
    return client.cookies["sessionid"].value


def id_of(client: Client) -> int:
    return SignIn.objects.get(session_key=key_of(client)).pk


def ended_by(text: str) -> list[str]:
    return re.findall(r'name="end" value="(\w+)"', text)


def test_each_session_is_told_in_words_and_this_one_marked(alice: User) -> None:
    browser_of(alice, SAFARI, "2001:db8::7")
    page = browser_of(alice).get(PAGE)
    assertContains(page, "Firefox on Windows")
    assertContains(page, "Safari on iPhone")
    assertContains(page, "203.0.113.7")
    assertContains(page, "2001:db8::7")
    assertContains(page, "This one", count=1)


def test_this_one_stands_first_and_has_no_end(alice: User) -> None:
    here, other = browser_of(alice), browser_of(alice, SAFARI)
    text = here.get(PAGE).text
    assert text.index("Firefox on Windows") < text.index("Safari on iPhone")
    assert ended_by(text) == [str(id_of(other)), "others"]


def test_alone_there_is_nothing_to_end(alice: User) -> None:
    assert ended_by(browser_of(alice).get(PAGE).text) == []


@pytest.mark.parametrize(
    "said", ['<script>alert(1)</script>"><b>', "</li></ul><h1>You are hacked</h1>", "x" * 5000]
)
def test_a_strange_browser_is_shown_as_text(alice: User, said: str) -> None:
    page = browser_of(alice, said).get(PAGE)
    assertContains(page, "An unknown browser")
    for markup in ("<script>alert", "<h1>You"):
        assertNotContains(page, markup)


def test_what_cannot_be_stored_is_left_out(alice: User) -> None:
    here = browser_of(alice, "odd\x00\x1b[31m\u202e", address="")
    assert here.get(PAGE).status_code == 200
    sign_in = SignIn.objects.get()
    assert (sign_in.user_agent, sign_in.address) == ("odd[31m", None)


def test_one_is_ended(alice: User) -> None:
    here, other = browser_of(alice), browser_of(alice)
    assertRedirects(here.post(PAGE, {"end": id_of(other)}), f"{PAGE}?ended")
    assert identify(key_of(other)) is None
    assertRedirects(other.get(PAGE), f"/accounts/login/?next={PAGE}")
    assert identify(key_of(here)) == alice.pk


def test_ending_it_again_is_the_same(alice: User) -> None:
    here, other = browser_of(alice), browser_of(alice)
    gone = id_of(other)
    for _ in range(2):
        assertRedirects(here.post(PAGE, {"end": gone}), f"{PAGE}?ended")


def test_all_others_are_ended(alice: User) -> None:
    here, others = browser_of(alice), [browser_of(alice) for _ in range(3)]
    here.post(PAGE, {"end": "others"})
    assert [identify(key_of(other)) for other in others] == [None, None, None]
    assert identify(key_of(here)) == alice.pk


def test_nobody_sees_anothers(alice: User, bob: User) -> None:
    browser_of(bob, SAFARI)
    assertNotContains(browser_of(alice).get(PAGE), "Safari")


def test_nobody_ends_anothers_nor_learns_whether_it_is_there(alice: User, bob: User) -> None:
    alices, bobs = browser_of(alice), browser_of(bob)
    answers = [alices.post(PAGE, {"end": end}) for end in (id_of(bobs), 10**9)]
    assert [answer.headers["Location"] for answer in answers] == [f"{PAGE}?ended"] * 2
    alices.post(PAGE, {"end": "others"})
    assert identify(key_of(bobs)) == bob.pk


@pytest.mark.parametrize("end", ["-1", "9" * 40, "١", "0; DROP TABLE", "\x00"])
def test_nonsense_ends_nothing(alice: User, end: str) -> None:
    here, other = browser_of(alice), browser_of(alice)
    assert here.post(PAGE, {"end": end}).status_code == 302
    assert identify(key_of(other)) == alice.pk


def test_this_one_is_not_ended_by_its_own_page(alice: User) -> None:
    here = browser_of(alice)
    here.post(PAGE, {"end": id_of(here)})
    assert identify(key_of(here)) == alice.pk


def test_a_form_of_another_site_ends_nothing(alice: User) -> None:
    other = browser_of(alice)
    here = Client(enforce_csrf_checks=True)
    here.force_login(alice)
    assert here.post(PAGE, {"end": "others"}).status_code == 403
    assert identify(key_of(other)) == alice.pk


def test_a_guest_is_sent_to_sign_in(client: Client) -> None:
    assertRedirects(client.post(PAGE, {"end": "others"}), f"/accounts/login/?next={PAGE}")


def test_signing_out_takes_it_from_the_list(alice: User) -> None:
    here, other = browser_of(alice), browser_of(alice, SAFARI)
    other.post("/accounts/logout/")
    assert not SignIn.objects.filter(session_key=key_of(other)).exists()
    assertNotContains(here.get(PAGE), "Safari")


def test_one_that_ended_by_itself_is_not_listed(alice: User) -> None:
    browser_of(alice, SAFARI)
    alice.set_password("a fresh horse battery")
    alice.save(update_fields=["password"])
    assertNotContains(browser_of(alice).get(PAGE), "Safari")
    assert SignIn.objects.count() == 1


def test_a_new_password_leaves_this_session_as_old_as_it_is(alice: User) -> None:
    here = browser_of(alice)
    SignIn.objects.update(began_at=timezone.now() - timedelta(days=9))
    new = {"password1": "a fresh horse battery", "password2": "a fresh horse battery"}
    former = key_of(here)
    here.post("/accounts/password/change/", {"oldpassword": PASSWORD} | new)
    assert key_of(here) != former
    assert SignIn.objects.get().session_key == key_of(here)
    assert SignIn.objects.get().began_at < timezone.now() - timedelta(days=8)


def test_signing_in_is_noted_at_once_whoever_was_there_before(
    client: Client, alice: User, bob: User
) -> None:
    client.force_login(alice)
    client.post("/accounts/logout/")
    client.post("/accounts/login/", {"login": "bob", "password": PASSWORD})
    assert SignIn.objects.get().user == bob


def test_it_is_written_now_and_then_and_not_at_each_page(
    alice: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    here = browser_of(alice)
    with django_assert_num_queries(2):  # session and user
        here.get("/accounts/keys/")


def test_it_is_seen_again_later(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    here = browser_of(alice)
    SignIn.objects.update(seen_at=timezone.now() - timedelta(days=2))
    assert here.get(PAGE).text.count("In use now") == 0
    monkeypatch.setattr(sign_ins, "_noted", {})
    assertContains(here.get("/accounts/keys/"), "Keys")
    assert here.get(PAGE).text.count("In use now") == 1


def test_what_is_remembered_of_it_is_bounded(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sign_ins, "MOST_NOTED", 2)
    monkeypatch.setattr(sign_ins, "_noted", {})
    for n in range(5):
        sign_ins.note(alice.pk, f"key{n}", user_agent="", address="")
    sign_ins.due(f"other{n}" for n in range(5))
    assert len(sign_ins._noted) <= 2


def test_connections_that_all_come_back_at_once_are_noted_one_by_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sign_ins, "_noted", {})
    keys = [f"key{n}" for n in range(100)]
    assert sign_ins.due(keys) == []
    monkeypatch.setattr(sign_ins, "_noted", dict.fromkeys(keys, 0.0))
    assert sign_ins.due(keys) == keys


def test_addresses_are_not_kept_longer_than_a_session_lives(client: Client, alice: User) -> None:
    browser_of(alice)
    with time_machine.travel(timezone.now() + timedelta(days=31), tick=False):
        client.post("/accounts/login/", {"login": "alice", "password": PASSWORD})
    assert SignIn.objects.count() == 1


def test_many_sessions_cost_as_many_queries_as_one(alice: User) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            sign_ins.of_user(alice.pk)
        return len(queries)

    browser_of(alice)
    one = cost()
    for _ in range(5):
        browser_of(alice)
    assert cost() == one


def test_sessions_from_before_the_list_are_taken_into_it(alice: User) -> None:
    here = browser_of(alice)
    SignIn.objects.all().delete()
    migration: Any = import_module("accounts.migrations.0005_note_open_sessions")
    migration.note_open_sessions(apps, None)
    migration.note_open_sessions(apps, None)
    assert SignIn.objects.get().session_key == key_of(here)
