from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.test import Client
from django.utils import timezone
from pytest_django import Settings
from pytest_django.asserts import assertContains, assertRedirects

from accounts import invitations
from accounts.models import Invitation, User
from accounts.registration import register
from tests.client import PASSWORD

pytestmark = pytest.mark.django_db

SIGN_UP = "/accounts/signup/"


@pytest.fixture(autouse=True)
def by_invitation(settings: Settings) -> None:
    settings.SIGN_UP = "invite"


def form(username: str) -> dict[str, str]:
    return {"username": username, "password1": PASSWORD, "password2": PASSWORD}


def test_its_link_lets_one_sign_up(client: Client) -> None:
    invitation = Invitation.objects.create(max_uses=1)
    link = invitations.link(invitation).removeprefix("http://testserver")
    assertContains(client.get(link), "You have been invited.")
    assertRedirects(client.post(link, form("dora")), "/", fetch_redirect_response=False)
    invitation.refresh_from_db()
    assert invitation.uses == 1


@pytest.mark.parametrize("mode", ["invite", "approval"])
def test_a_code_that_no_database_takes_is_none(
    client: Client, settings: Settings, mode: str
) -> None:
    settings.SIGN_UP = mode
    page = client.post(SIGN_UP, form("dora") | {"invite": "\0"})
    assert page.status_code in {302, 403}
    assert not User.objects.filter(is_active=True).exists()


def test_it_survives_an_error_in_the_form(client: Client) -> None:
    code = Invitation.objects.create().code
    page = client.post(f"{SIGN_UP}?invite={code}", form("admin"))
    assertContains(page, f'name="invite" value="{code}"')
    client.post(SIGN_UP, form("dora") | {"invite": code})
    assert User.objects.get().username == "dora"


def test_a_refused_sign_up_uses_nothing(client: Client) -> None:
    invitation = Invitation.objects.create(max_uses=1)
    client.post(f"{SIGN_UP}?invite={invitation.code}", form("admin"))
    invitation.refresh_from_db()
    assert invitation.uses == 0


def test_without_one_the_page_says_what_is_needed(client: Client) -> None:
    assertContains(client.get(SIGN_UP), "Sign-up is by invitation", status_code=403)
    client.post(SIGN_UP, form("dora"))
    assert not User.objects.exists()


@pytest.mark.parametrize(
    "fields",
    [
        {"revoked_at": timezone.now()},
        {"expires_at": timezone.now() - timedelta(seconds=1)},
        {"max_uses": 2, "uses": 2},
    ],
)
def test_one_that_is_over_lets_nobody_in(client: Client, fields: dict[str, object]) -> None:
    invitation = Invitation.objects.create(**fields)
    address = f"{SIGN_UP}?invite={invitation.code}"
    assertContains(client.get(address), "no longer valid", status_code=403)
    client.post(address, form("dora"))
    assert not User.objects.exists()


@pytest.mark.parametrize("fields", [{"is_active": False}, {"is_staff": False}])
def test_that_of_somebody_who_lost_their_office_lets_nobody_in(
    client: Client, fields: dict[str, bool]
) -> None:
    maker = register(username="max", password=PASSWORD, is_staff=True)
    code = Invitation.objects.create(created_by=maker).code
    assert invitations.is_valid(code)
    User.objects.filter(pk=maker.pk).update(**fields)
    client.post(f"{SIGN_UP}?invite={code}", form("dora"))
    assert not User.objects.filter(username="dora").exists()


def test_the_last_use_goes_to_one_of_two() -> None:
    code = Invitation.objects.create(max_uses=1).code
    invitations.redeem(code)
    with pytest.raises(ValidationError, match="no longer valid"):
        invitations.redeem(code)


def test_who_comes_too_late_for_the_last_use_is_told_and_has_no_account(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = Invitation.objects.create(max_uses=1, uses=1).code
    monkeypatch.setattr(invitations, "is_valid", lambda code: True)  # it was, a moment ago
    response = client.post(f"{SIGN_UP}?invite={code}", form("dora"))
    assertContains(response, "This invitation is no longer valid.")
    assert not User.objects.exists()


def test_the_database_bounds_the_uses() -> None:
    with pytest.raises(IntegrityError):
        Invitation.objects.create(max_uses=1, uses=2)
