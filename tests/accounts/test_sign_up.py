import pytest
from django.test import Client
from pytest_django import Settings
from pytest_django.asserts import assertContains, assertRedirects

from accounts.models import User
from tests.client import PASSWORD

pytestmark = pytest.mark.django_db

SIGN_UP = "/accounts/signup/"


def form(username: str, **fields: str) -> dict[str, str]:
    return {"username": username, "password1": PASSWORD, "password2": PASSWORD} | fields


def test_username_and_password_make_an_account_and_sign_it_in(client: Client) -> None:
    response = client.post(SIGN_UP, form("Dora"))
    assertRedirects(response, "/", fetch_redirect_response=False)
    dora = User.objects.get(username="dora")
    assert (dora.name, dora.email, dora.kind) == ("Dora", None, User.Kind.PERSON)
    assert client.session["_auth_user_id"] == str(dora.pk)


def test_a_name_in_any_script_and_an_address_are_welcome(client: Client) -> None:
    client.post(SIGN_UP, form("zhang", name="张伟", email="Zhang@Example.org"))
    zhang = User.objects.get(username="zhang")
    assert (zhang.name, zhang.email) == ("张伟", "zhang@example.org")


def test_an_account_from_sign_up_has_no_powers(client: Client) -> None:
    client.post(SIGN_UP, form("dora", is_staff="on", is_superuser="on", kind="bot"))
    dora = User.objects.get(username="dora")
    assert (dora.is_staff, dora.is_superuser, dora.kind) == (False, False, "person")


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"username": "a1ice"}, "looks too much like another one"),
        ({"username": "ALICE"}, "looks too much like another one"),
        ({"username": "аlice"}, "mixes letters of different scripts"),
        ({"username": "admin"}, "This username is reserved"),
        ({"username": "no spaces"}, "only letters, digits"),
        ({"name": "\u202eecila"}, "invisible or control characters"),
        ({"name": "Аdmin"}, "This name is reserved"),
        ({"password1": "short", "password2": "short"}, "too short"),
        ({"password1": "password123", "password2": "password123"}, "too common"),
        ({"password1": "dora-dora-1", "password2": "dora-dora-1"}, "too similar to the username"),
        ({"password2": "another horse"}, "the same password each time"),
        ({"email": "nonsense"}, "valid email address"),
    ],
)
def test_a_refusal_says_why_and_makes_no_account(
    client: Client, alice: User, fields: dict[str, str], complaint: str
) -> None:
    response = client.post(SIGN_UP, form("dora-dora") | fields)
    assertContains(response, complaint)
    assert User.objects.count() == 1


def test_what_was_typed_is_still_there_after_a_refusal(client: Client) -> None:
    response = client.post(SIGN_UP, form("admin", name="张伟"))
    assertContains(response, 'value="张伟"')
    assertContains(response, 'value="admin"')


def test_an_address_serves_one_account(client: Client) -> None:
    client.post(SIGN_UP, form("dora", email="dora@example.org"))
    response = Client().post(SIGN_UP, form("eric", email="DORA@example.org"))
    assertContains(response, "Another account has this address.")


def test_it_goes_on_to_where_one_wanted_to_go(client: Client) -> None:
    response = client.post(SIGN_UP, form("dora", next="/rooms/general/"))
    assertRedirects(response, "/rooms/general/", fetch_redirect_response=False)


def test_closed_sign_up_says_so_and_makes_no_account(client: Client, settings: Settings) -> None:
    settings.SIGN_UP = "closed"
    assertContains(client.get(SIGN_UP), "Sign-up is closed", status_code=403)
    client.post(SIGN_UP, form("dora"))
    assert not User.objects.exists()


@pytest.mark.parametrize(("mode", "offers"), [("open", True), ("invite", False), ("closed", False)])
def test_sign_in_offers_sign_up_only_where_it_is_open(
    client: Client, settings: Settings, mode: str, offers: bool
) -> None:
    settings.SIGN_UP = mode
    assert (SIGN_UP in client.get("/accounts/login/").text) is offers


def test_twenty_one_tries_a_minute_are_too_many(client: Client) -> None:
    for _ in range(20):
        client.post(SIGN_UP, form("admin"))
    assertContains(client.post(SIGN_UP, form("dora")), "Please wait", status_code=429)
    assert not User.objects.exists()


def test_one_setting_lifts_that_limit(client: Client, settings: Settings) -> None:
    settings.ACCOUNT_RATE_LIMITS = False  # what RATE_LIMITS=false makes of it
    for _ in range(20):
        client.post(SIGN_UP, form("admin"))
    client.post(SIGN_UP, form("dora"))
    assert User.objects.get().username == "dora"


def test_new_accounts_come_into_general(client: Client) -> None:
    client.post(SIGN_UP, form("dora"))
    rooms = User.objects.get(username="dora").memberships.values_list("room__slug", flat=True)
    assert list(rooms) == ["general"]
