from datetime import timedelta

import pytest
import time_machine
from django.conf import settings as site
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import User
from accounts.sessions import identify, identify_all
from tests.client import PASSWORD

pytestmark = pytest.mark.django_db


def session_of(user: User) -> str:
    client = Client()
    client.force_login(user)
    return client.cookies[site.SESSION_COOKIE_NAME].value


def test_a_live_session_names_its_user_in_two_queries(
    alice: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    key = session_of(alice)
    with django_assert_num_queries(2):
        assert identify(key) == alice.pk


def test_many_sessions_take_two_queries_too(
    alice: User, bob: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    of_alice, also_of_alice, of_bob = session_of(alice), session_of(alice), session_of(bob)
    with django_assert_num_queries(2):
        found = identify_all([of_alice, also_of_alice, of_bob, "unknown"])
    assert found == {of_alice: alice.pk, also_of_alice: alice.pk, of_bob: bob.pk}


@pytest.mark.parametrize("key", ["", "unknown", "nul\0nul", "x" * 10_000, "' OR 1=1", "é\ud800"])
def test_what_is_no_session_is_nobodys(key: str) -> None:
    assert identify(key) is None


def test_a_session_before_sign_in_is_nobodys(client: Client) -> None:
    session = client.session
    session["colour"] = "red"
    session.save()
    assert identify(session.session_key or "") is None


def test_signing_in_takes_another_key(client: Client, alice: User) -> None:
    session = client.session
    session["colour"] = "red"
    session.save()
    before = client.cookies[site.SESSION_COOKIE_NAME].value
    client.post("/accounts/login/", {"login": "alice", "password": PASSWORD})
    assert identify(client.cookies[site.SESSION_COOKIE_NAME].value) == alice.pk
    assert identify(before) is None
    assert not client.session.exists(before)


def test_signing_out_ends_it(client: Client, alice: User) -> None:
    client.force_login(alice)
    key = client.cookies[site.SESSION_COOKIE_NAME].value
    client.post("/accounts/logout/")
    assert identify(key) is None


def test_a_new_password_ends_it(alice: User) -> None:
    key = session_of(alice)
    alice.set_password("a fresh horse battery")
    alice.save(update_fields=["password"])
    assert identify(key) is None


def test_deactivation_ends_it(alice: User) -> None:
    key = session_of(alice)
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert identify(key) is None


def test_it_ends_after_thirty_days(alice: User) -> None:
    key = session_of(alice)
    with time_machine.travel(timezone.now() + timedelta(days=31), tick=False):
        assert identify(key) is None


def test_a_fallback_key_is_as_good(alice: User, settings: Settings) -> None:
    key = session_of(alice)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-secret-key-that-is-long-enough-for-checks-0123456789"
    assert identify(key) == alice.pk
    settings.SECRET_KEY_FALLBACKS = []
    assert identify(key) is None


@pytest.mark.parametrize("cookie", ['"\\000abcdefghij"', "x" * 5000, "a b c d e f g h"])
def test_a_cookie_that_is_no_key_is_no_session(client: Client, cookie: str) -> None:
    client.cookies["sessionid"] = cookie
    assert client.get("/session").json() == {"user": None}
