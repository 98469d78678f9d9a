import os
import subprocess
import sys

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings
from pytest_django.asserts import assertContains, assertRedirects

from accounts.models import User
from accounts.registration import register
from tests.client import PASSWORD

pytestmark = pytest.mark.django_db

LOGIN = "/accounts/login/"


def signed_in(client: Client) -> int | None:
    user_id = client.session.get("_auth_user_id")
    return int(user_id) if user_id else None


@pytest.mark.parametrize("login", ["alice", " Alice ", "ＡＬＩＣＥ"])
def test_the_username_signs_in_however_it_is_typed(client: Client, alice: User, login: str) -> None:
    response = client.post(LOGIN, {"login": login, "password": PASSWORD})
    assertRedirects(response, "/", fetch_redirect_response=False)
    assert signed_in(client) == alice.pk


def test_the_address_signs_in(client: Client) -> None:
    dora = register(username="dora", password=PASSWORD, email="dora@example.org")
    client.post(LOGIN, {"login": "Dora@Example.org", "password": PASSWORD})
    assert signed_in(client) == dora.pk


@pytest.mark.parametrize("login", ["alice", "nobody-here", "alice@example.org"])
def test_a_wrong_password_and_an_unknown_user_read_the_same(
    client: Client, alice: User, login: str
) -> None:
    response = client.post(LOGIN, {"login": login, "password": "not her password"})
    assertContains(response, "Wrong username or password.")
    assert signed_in(client) is None


def test_a_lookalike_does_not_sign_in_for_another(client: Client, alice: User) -> None:
    client.post(LOGIN, {"login": "a1ice", "password": PASSWORD})
    assert signed_in(client) is None


def test_it_goes_on_to_where_one_wanted_to_go(client: Client, alice: User) -> None:
    page = client.get(LOGIN, {"next": "/rooms/general/"})
    assertContains(page, 'name="next" value="/rooms/general/"')
    data = {"login": "alice", "password": PASSWORD, "next": "/rooms/general/"}
    response = client.post(LOGIN, data)
    assertRedirects(response, "/rooms/general/", fetch_redirect_response=False)


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)"]
)
def test_it_never_goes_to_another_site(client: Client, alice: User, elsewhere: str) -> None:
    data = {"login": "alice", "password": PASSWORD, "next": elsewhere}
    assertRedirects(client.post(LOGIN, data), "/", fetch_redirect_response=False)


def test_a_deactivated_user_is_told_so_and_stays_out(client: Client, alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(is_active=False)
    response = client.post(LOGIN, {"login": "alice", "password": PASSWORD}, follow=True)
    assertContains(response, "This account is deactivated")
    assert signed_in(client) is None


def test_five_wrong_passwords_bar_the_right_one(client: Client, alice: User) -> None:
    for spelling in ("alice", "Alice", "ALICE", "ａlice", " alice "):
        client.post(LOGIN, {"login": spelling, "password": "not her password"})
    response = client.post(LOGIN, {"login": "alice", "password": PASSWORD})
    assertContains(response, "Too many failed tries.")
    assert signed_in(client) is None


def test_thirty_one_tries_a_minute_get_a_page_of_ours(client: Client) -> None:
    for _ in range(30):
        client.post(LOGIN, {})
    assertContains(client.post(LOGIN, {}), "Please wait a minute", status_code=429)


def test_one_setting_lifts_the_limits(client: Client, alice: User, settings: Settings) -> None:
    settings.ACCOUNT_RATE_LIMITS = False  # what RATE_LIMITS=false makes of it
    for _ in range(31):
        client.post(LOGIN, {"login": "alice", "password": "not her password"})
    client.post(LOGIN, {"login": "alice", "password": PASSWORD})
    assert signed_in(client) == alice.pk


def test_that_setting_is_rate_limits() -> None:
    ask = "from chatsite import settings; print(settings.ACCOUNT_RATE_LIMITS)"
    env = os.environ | {"RATE_LIMITS": "false"}
    answer = subprocess.run([sys.executable, "-c", ask], env=env, capture_output=True, check=True)
    assert answer.stdout.strip() == b"False"


def test_signing_out_takes_a_click_not_a_link(client: Client, alice: User) -> None:
    client.force_login(alice)
    assertContains(client.get("/accounts/logout/"), "Sign out?")
    assert signed_in(client) == alice.pk
    assertRedirects(client.post("/accounts/logout/"), LOGIN)
    assert signed_in(client) is None


def test_who_is_signed_in_is_sent_on(client: Client, alice: User) -> None:
    client.force_login(alice)
    assertRedirects(client.get(LOGIN), "/", fetch_redirect_response=False)


def test_the_admin_has_no_sign_in_form_of_its_own(client: Client) -> None:
    response = client.get("/admin/", follow=True)
    assertContains(response, "Username or e-mail address")


def test_sign_in_asks_the_database_by_index(client: Client, alice: User) -> None:
    with CaptureQueriesContext(connection) as queries:
        client.post(LOGIN, {"login": "alice", "password": PASSWORD})
    asked = [query["sql"] for query in queries if "accounts_user" in query["sql"]]
    assert asked
    assert not [sql for sql in asked if "UPPER(" in sql or "LIKE" in sql]


@pytest.mark.parametrize("page", [LOGIN, "/accounts/signup/", "/admin/login/"])
@pytest.mark.parametrize("target", ["http://[::1", "//[", "http://\u2100.example/"])
def test_an_address_to_go_on_to_that_is_none_is_left_out(
    client: Client, page: str, target: str
) -> None:
    response = client.get(page, {"next": target}, follow=True)
    assert response.status_code == 200


def test_who_signs_in_with_an_address_that_is_none_comes_home(client: Client, alice: User) -> None:
    fields = {"login": "alice", "password": PASSWORD, "next": "http://[::1"}
    assertRedirects(client.post(LOGIN, fields), "/", fetch_redirect_response=False)
