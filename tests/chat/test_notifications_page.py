"""The page on notifications: a time of rest, without scripts."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings
from pytest_django.asserts import assertContains

from accounts.models import User

pytestmark = pytest.mark.django_db(transaction=True)

PAGE = "/accounts/notifications/"


@pytest.fixture(autouse=True)
def no_collected_files(settings: Settings, tmp_path: Path) -> None:
    """Nobody has collected static files for this run."""
    settings.STATIC_ROOT = tmp_path


@pytest.fixture
def browser(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


def test_a_rest_begins_and_ends(browser: Client, alice: User) -> None:
    assertContains(browser.post(PAGE, {"rest": "hour"}, follow=True), "Nothing disturbs you")
    alice.refresh_from_db()
    assert alice.dnd_until is not None
    assert timedelta() < alice.dnd_until - timezone.now() <= timedelta(hours=1)
    assertContains(browser.post(PAGE, {"rest": "end"}, follow=True), "nothing rings or pops up")
    alice.refresh_from_db()
    assert alice.dnd_until is None


def test_a_rest_that_is_over_is_none(browser: Client, alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(dnd_until=timezone.now() - timedelta(minutes=1))
    assertContains(browser.get(PAGE), "nothing rings or pops up")


def test_a_word_it_does_not_know_begins_none(browser: Client, alice: User) -> None:
    browser.post(PAGE, {"rest": "for ever"})
    alice.refresh_from_db()
    assert alice.dnd_until is None


def test_its_own_other_pages_are_told(browser: Client, alice: User) -> None:
    rev = alice.rev
    browser.post(PAGE, {"rest": "hour"})
    alice.refresh_from_db()
    assert alice.rev > rev


def test_a_guest_is_sent_to_sign_in(client: Client) -> None:
    assert client.get(PAGE).url == f"/accounts/login/?next={PAGE}"  # type: ignore[attr-defined]
