from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone
from pytest_django import Settings
from pytest_django.asserts import assertContains, assertRedirects

from accounts import setup
from accounts.models import User
from accounts.registration import register
from chat.models import AuditEntry
from tests.client import PASSWORD

pytestmark = pytest.mark.django_db

FORM = {"username": "olga", "password1": PASSWORD, "password2": PASSWORD}


def path() -> str:
    link = setup.link()
    assert link
    return link.removeprefix("http://testserver")


def test_the_link_is_an_absolute_address_on_this_site(settings: Settings) -> None:
    settings.SITE_URL = "https://chat.example.org"
    link = setup.link()
    assert link
    assert link.startswith("https://chat.example.org/accounts/setup/")


def test_it_makes_an_owner_and_signs_them_in(client: Client) -> None:
    address = path()
    assertContains(client.get(address), "Make the owner")
    assertRedirects(client.post(address, FORM), "/", fetch_redirect_response=False)
    olga = User.objects.get()
    assert olga.is_superuser
    assert olga.is_staff
    assert client.session["_auth_user_id"] == str(olga.pk)
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.user, entry.address) == ("user.create", olga, "127.0.0.1")


def test_every_link_is_dead_once_there_is_an_owner(client: Client) -> None:
    used, printed_later = path(), path()
    client.post(used, FORM)
    for address in (used, printed_later):
        other = Client()
        assertContains(other.get(address), "no longer works", status_code=404)
        other.post(address, FORM | {"username": "mallory"})
    assert User.objects.count() == 1
    assert setup.link() is None


def test_a_made_up_link_makes_nobody_an_owner(client: Client) -> None:
    for token in ("owner", path().split("/")[-2][:-1] + "x", "owner.1.x"):
        address = f"/accounts/setup/{token}/"
        assertContains(client.post(address, FORM), "no longer works", status_code=404)
    assert not User.objects.exists()


def test_it_holds_for_a_day(client: Client) -> None:
    address = path()
    with time_machine.travel(timezone.now() + timedelta(hours=23), tick=False):
        assert client.get(address).status_code == 200
    with time_machine.travel(timezone.now() + timedelta(hours=25), tick=False):
        assert client.post(address, FORM).status_code == 404
    assert not User.objects.exists()


def test_of_two_who_use_it_at_once_the_second_is_refused(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = path()
    register(username="first", password=PASSWORD, is_superuser=True)
    monkeypatch.setattr(setup, "opens", lambda token: True)  # it did, a moment ago
    assertContains(client.post(address, FORM), "has an owner already")
    assert not User.objects.filter(username="olga").exists()


def test_a_wrong_password_leaves_the_link_alive(client: Client) -> None:
    address = path()
    assertContains(client.post(address, FORM | {"password2": "other"}), "the same password")
    assertRedirects(client.post(address, FORM), "/", fetch_redirect_response=False)


def test_staff_or_a_deactivated_owner_is_no_owner() -> None:
    register(username="sam", password=PASSWORD, is_staff=True)
    register(username="gone", password=PASSWORD, is_superuser=True, is_active=False)
    assert setup.link()


def test_the_guard_itself_refuses_a_second_owner() -> None:
    setup.make_owner(username="olga", password=PASSWORD)
    with pytest.raises(ValidationError, match="has an owner already"):
        setup.make_owner(username="mallory", password=PASSWORD)
