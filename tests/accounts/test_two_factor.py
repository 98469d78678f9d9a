"""Signing in in two steps: switched on with care, asked of all who have it, lifted when all is lost."""

import re
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from urllib.parse import unquote

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.core.mail import EmailMessage
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from pytest_django import Settings
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts import two_factor, two_factor_forms
from accounts.models import User
from accounts.registration import register
from accounts.sessions import identify
from tests import authenticator
from tests.client import PASSWORD, PROVE

pytestmark = pytest.mark.django_db

LOGIN, SECOND = "/accounts/login/", "/accounts/two-factor/sign-in/"
PAGE, ON, OFF = "/accounts/two-factor/", "/accounts/two-factor/on/", "/accounts/two-factor/off/"
CODES, NEW_CODES = "/accounts/two-factor/codes/", "/accounts/two-factor/codes/new/"


@pytest.fixture(autouse=True)
def still_clock() -> Iterator[None]:
    """No code runs out in the middle of a test."""
    with time_machine.travel(timezone.now(), tick=False):
        yield


def prove(client: Client, address: str) -> None:
    """Gives the password once more on the way to a page that asks for it."""
    assertRedirects(client.get(address), f"{PROVE}?next={address.replace('/', '%2F')}")
    client.post(PROVE, {"password": PASSWORD, "next": address})


def switch_on(client: Client) -> tuple[str, list[str]]:
    """The key that the app was given, and the recovery codes."""
    prove(client, ON)
    found = re.search(r'two-factor__secret">([A-Z2-7 ]+)<', client.get(ON).text)
    assert found
    page = client.post(ON, {"code": authenticator.code(found[1])}, follow=True)
    return found[1], codes_of(page.text)


def codes_of(text: str) -> list[str]:
    found = re.search(r'id="codes">([\d\s]+)</pre>', text)
    return found[1].split() if found else []


@pytest.fixture
def browser(alice: User) -> Client:
    client = Client()
    client.force_login(alice)
    return client


@pytest.fixture
def secret(browser: Client) -> str:
    return switch_on(browser)[0]


def first_step(username: str = "alice") -> Client:
    client = Client()
    response = client.post(LOGIN, {"login": username, "password": PASSWORD})
    assertRedirects(response, SECOND)
    return client


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


@pytest.fixture
def endless_code(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """A form that nobody may look into: its accents take four seconds to normalise, of everybody's."""
    monkeypatch.setattr(two_factor_forms, "unicodedata", None)
    return {"code": "1" + "\u0301\u0323" * 31_000}


def test_what_is_far_too_long_for_a_code_is_not_read_where_it_is_switched_on(
    browser: Client, endless_code: dict[str, str]
) -> None:
    prove(browser, ON)
    assertContains(browser.post(ON, endless_code), "This code is not right")


def test_what_is_far_too_long_for_a_code_is_not_read_at_the_second_step(
    secret: str, endless_code: dict[str, str]
) -> None:
    assertContains(first_step().post(SECOND, endless_code), "This code is not right")


def test_a_changed_password_ends_what_was_half_a_sign_in(secret: str, alice: User) -> None:
    half_way, later = first_step(), timezone.now() + timedelta(minutes=2)
    alice.set_password("a fresh horse battery")
    alice.save()
    with time_machine.travel(later, tick=False):
        page = half_way.post(SECOND, {"code": authenticator.code(secret)})
    assertContains(page, "Your password was changed.")
    assert not is_in(half_way)


def test_without_it_the_password_is_enough(client: Client, alice: User) -> None:
    client.post(LOGIN, {"login": "alice", "password": PASSWORD})
    assert is_in(client)


def test_it_is_switched_on_with_a_code_of_the_app(browser: Client, alice: User) -> None:
    _, codes = switch_on(browser)
    assert two_factor.is_on(alice)
    assert len(set(codes)) == 10
    assertContains(browser.get(PAGE), "10 of 10 are left")


def test_a_wrong_code_does_not_switch_it_on(browser: Client, alice: User) -> None:
    prove(browser, ON)
    browser.get(ON)
    page = browser.post(ON, {"code": "000000"})
    assertContains(page, 'id="id_code_error"')
    assert not two_factor.is_on(alice)


def test_what_is_scanned_names_the_site_and_the_person(browser: Client, alice: User) -> None:
    url = two_factor.TwoFactorAdapter().build_totp_url(alice, "SECRET")
    assert url == "otpauth://totp/alice?secret=SECRET&issuer=Chatsite"
    prove(browser, ON)
    assertContains(browser.get(ON), 'src="data:image/svg+xml;base64,')


def test_it_asks_for_the_password_first(browser: Client) -> None:
    prove(browser, ON)
    assert browser.get(ON).status_code == 200


def test_a_wrong_password_proves_nothing(browser: Client) -> None:
    page = browser.post(PROVE, {"password": "not her password", "next": ON})
    assertContains(page, "This is not your current password.")
    assertRedirects(browser.get(ON), f"{PROVE}?next=%2Faccounts%2Ftwo-factor%2Fon%2F")


def test_sessions_opened_by_the_password_alone_end(alice: User, browser: Client) -> None:
    other = Client()
    other.force_login(alice)
    other.get(PAGE)
    switch_on(browser)
    assert identify(other.cookies["sessionid"].value) is None
    assert identify(browser.cookies["sessionid"].value) == alice.pk


def test_the_password_alone_opens_nothing(secret: str) -> None:
    client = first_step()
    assert not is_in(client)
    response = client.get("/accounts/keys/")
    assertRedirects(response, f"{LOGIN}?next=/accounts/keys/", fetch_redirect_response=False)
    assertRedirects(client.get(LOGIN), SECOND)


@pytest.mark.parametrize("periods", [-1, 0, 1])
def test_a_code_signs_in_if_the_clocks_agree_within_a_period(secret: str, periods: int) -> None:
    client = first_step()
    client.post(SECOND, {"code": authenticator.code(secret, periods=periods)})
    assert is_in(client)


@pytest.mark.parametrize("periods", [-2, 2])
def test_an_older_or_later_one_does_not(secret: str, periods: int) -> None:
    client = first_step()
    client.post(SECOND, {"code": authenticator.code(secret, periods=periods)})
    assert not is_in(client)


def test_a_code_is_taken_as_fingers_and_input_methods_write_it(secret: str) -> None:
    client = first_step()
    code = authenticator.code(secret)
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in code)
    client.post(SECOND, {"code": f" {wide[:3]} {wide[3:]} "})
    assert is_in(client)


def test_a_code_signs_in_once_as_long_as_it_is_good(secret: str) -> None:
    code = authenticator.code(secret, periods=1)
    first_step().post(SECOND, {"code": code})
    with time_machine.travel(timezone.now() + timedelta(seconds=45), tick=False):
        client = first_step()
        page = client.post(SECOND, {"code": code})
    assertContains(page, "This code is not right")
    assert not is_in(client)


@pytest.mark.parametrize("code", ["", "12345", "x" * 5000, "é١٢٣٤٥٦", "000000\x00", "' OR 1=1"])
def test_nonsense_is_refused_under_its_field(secret: str, code: str) -> None:
    client = first_step()
    assertContains(client.post(SECOND, {"code": code}), 'id="id_code_error"')
    assert not is_in(client)


def test_guessing_is_stopped(secret: str, settings: Settings) -> None:
    settings.ACCOUNT_RATE_LIMITS = {}
    client = first_step()
    for guess in range(5):
        client.post(SECOND, {"code": f"{guess:06}"})
    page = client.post(SECOND, {"code": authenticator.code(secret)})
    assertContains(page, "Too many failed tries.")
    assert not is_in(client)


def test_anothers_code_does_not_sign_in(secret: str, bob: User) -> None:
    bobs = Client()
    bobs.force_login(bob)
    code = authenticator.code(switch_on(bobs)[0])
    client = first_step()
    client.post(SECOND, {"code": code})
    assert not is_in(client)


def test_there_is_no_second_step_without_the_first(client: Client, secret: str) -> None:
    assertRedirects(client.get(SECOND), LOGIN)
    assertRedirects(client.post(SECOND, {"code": authenticator.code(secret)}), LOGIN)


def test_one_can_turn_back_and_begin_anew(secret: str) -> None:
    client = first_step()
    client.post("/accounts/logout/")
    assert client.get(LOGIN).status_code == 200
    assertRedirects(client.get(SECOND), LOGIN)


def test_a_recovery_code_signs_in_once(browser: Client) -> None:
    _, codes = switch_on(browser)
    client = first_step()
    client.post(SECOND, {"code": codes[3]})
    assert is_in(client)
    assertContains(client.get(PAGE), "9 of 10 are left")
    again = first_step()
    again.post(SECOND, {"code": codes[3]})
    assert not is_in(again)


def test_recovery_codes_are_shown_once(browser: Client) -> None:
    _, codes = switch_on(browser)
    assert codes
    assertRedirects(browser.get(CODES), PAGE)


def test_they_can_be_kept_as_a_file(browser: Client) -> None:
    prove(browser, ON)
    found = re.search(r'two-factor__secret">([A-Z2-7 ]+)<', browser.get(ON).text)
    assert found
    text = browser.post(ON, {"code": authenticator.code(found[1])}, follow=True).text
    download = re.search(r'href="data:text/plain;charset=utf-8,([^"]+)" download', text)
    assert download
    assert unquote(download[1]).split() == codes_of(text)


def test_new_recovery_codes_replace_the_old(browser: Client) -> None:
    _, old = switch_on(browser)
    new = codes_of(browser.post(NEW_CODES, {}, follow=True).text)
    assert len(new) == 10
    assert set(new).isdisjoint(old)
    client = first_step()
    client.post(SECOND, {"code": old[0]})
    assert not is_in(client)


def test_nobody_without_it_has_recovery_codes(browser: Client, alice: User) -> None:
    prove(browser, ON)
    browser.post(NEW_CODES, {})
    assert not Authenticator.objects.filter(user=alice).exists()
    assert browser.get(CODES).status_code == 404


def test_it_is_switched_off_and_the_codes_with_it(browser: Client, alice: User) -> None:
    switch_on(browser)
    assertRedirects(browser.post(OFF, {}), PAGE)
    assert not Authenticator.objects.filter(user=alice).exists()


def test_switching_it_off_asks_who_it_is(secret: str) -> None:
    client = first_step()
    client.post(SECOND, {"code": authenticator.code(secret)})
    assertRedirects(client.get(OFF), f"{PROVE}?next=%2Faccounts%2Ftwo-factor%2Foff%2F")
    client.post(OFF, {})
    assertContains(client.get(PAGE), "On since")


def test_who_it_is_can_be_shown_by_a_code(secret: str) -> None:
    client = first_step()
    client.post(SECOND, {"code": authenticator.code(secret)})
    address = f"/accounts/two-factor/reauthenticate/?next={OFF}"
    code = authenticator.code(secret, periods=1)
    assertRedirects(client.post(address, {"code": code, "next": OFF}), OFF)


def test_ones_page_says_nothing_of_anothers(secret: str, bob: User) -> None:
    client = Client()
    client.force_login(bob)
    assertNotContains(client.get(PAGE), "On since")
    assert client.get(OFF).status_code == 404


@pytest.mark.parametrize("address", [PAGE, ON, OFF, CODES, NEW_CODES])
def test_a_guest_is_sent_to_sign_in(client: Client, address: str) -> None:
    response = client.get(address)
    assert response.headers["Location"].startswith(LOGIN)


def test_a_form_of_another_site_switches_nothing_off(alice: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    assert client.post(OFF, {}).status_code == 403


def test_a_reset_password_does_not_get_around_it(
    client: Client, sent: list[EmailMessage], alice: User, browser: Client
) -> None:
    User.objects.filter(pk=alice.pk).update(email="alice@example.org")
    switch_on(browser)
    client.post("/accounts/password/reset/", {"email": "alice@example.org"})
    found = re.search(r"http://testserver(/accounts/password/reset/key/\S+)", str(sent[0].body))
    assert found
    page = client.get(found[1], follow=True)
    new = {"password1": "a fresh horse battery", "password2": "a fresh horse battery"}
    client.post(page.redirect_chain[-1][0], new)
    assert not is_in(client)
    response = client.post(LOGIN, {"login": "alice", "password": "a fresh horse battery"})
    assertRedirects(response, SECOND)


def test_who_has_only_the_password_is_no_sign_in_to_tell_of(
    secret: str, alice: User, sent: list[EmailMessage]
) -> None:
    User.objects.filter(pk=alice.pk).update(email="alice@example.org")
    client = first_step()
    assert sent == []
    client.post(SECOND, {"code": authenticator.code(secret)})
    [mail] = sent
    assert "A new sign-in to your account" in mail.subject


def test_no_admin_page_shows_the_keys(secret: str) -> None:
    owner = register(username="owner", password=PASSWORD, is_superuser=True, is_staff=True)
    client = Client()
    client.force_login(owner)
    assert client.get("/admin/mfa/authenticator/").status_code == 404


class TestStaff:
    @pytest.fixture
    def owner(self, db: None) -> User:
        return register(username="owner", password=PASSWORD, is_superuser=True, is_staff=True)

    @pytest.fixture
    def browser(self, owner: User) -> Client:
        client = Client()
        client.force_login(owner)
        return client

    def test_the_admin_is_open_without_the_setting(self, browser: Client) -> None:
        assert browser.get("/admin/").status_code == 200

    def test_with_it_the_admin_leads_to_where_it_is_set_up(
        self, browser: Client, settings: Settings
    ) -> None:
        settings.STAFF_NEEDS_2FA = True
        for address in ("/admin/", "/admin/accounts/user/", "/admin/password_change/"):
            assertRedirects(browser.get(address), PAGE)
        assertContains(browser.get(PAGE), "Whoever may use the administration needs this")

    def test_nor_is_anything_done_before(
        self, browser: Client, alice: User, settings: Settings
    ) -> None:
        settings.STAFF_NEEDS_2FA = True
        address = f"/admin/accounts/user/{alice.pk}/act/deactivate/"
        assertRedirects(browser.post(address, {"deactivate-reason": "spam"}), PAGE)
        alice.refresh_from_db()
        assert alice.is_active

    def test_once_set_up_the_admin_is_open(self, browser: Client, settings: Settings) -> None:
        settings.STAFF_NEEDS_2FA = True
        switch_on(browser)
        assert browser.get("/admin/").status_code == 200

    def test_it_cannot_be_switched_off_then(
        self, browser: Client, owner: User, settings: Settings
    ) -> None:
        settings.STAFF_NEEDS_2FA = True
        switch_on(browser)
        assertContains(browser.get(OFF), "Whoever may use the administration needs it here.")
        browser.post(OFF, {})
        assert two_factor.is_on(owner)

    def test_others_are_not_asked(self, alice: User, settings: Settings) -> None:
        settings.STAFF_NEEDS_2FA = True
        assert not two_factor.is_owed(alice)

    def test_the_admins_own_way_in_asks_for_the_code(self, browser: Client) -> None:
        switch_on(browser)
        client = Client()
        page = client.get("/admin/login/?next=/admin/")
        assert page.headers["Location"].startswith(LOGIN)
        client.post(page.headers["Location"], {"login": "owner", "password": PASSWORD})
        assert client.get("/admin/").status_code == 302


class TestTheCommand:
    def test_it_lets_the_password_alone_sign_in_again(self, secret: str, client: Client) -> None:
        out = StringIO()
        call_command("reset_two_factor", "Alice", stdout=out)
        assert "by password alone again" in out.getvalue()
        client.post(LOGIN, {"login": "alice", "password": PASSWORD})
        assert is_in(client)

    def test_it_says_when_there_was_nothing(self, alice: User) -> None:
        out = StringIO()
        call_command("reset_two_factor", "alice", stdout=out)
        assert "had no two-step sign-in" in out.getvalue()

    def test_it_leaves_others_alone(self, secret: str, alice: User, bob: User) -> None:
        call_command("reset_two_factor", "bob", stdout=StringIO())
        assert two_factor.is_on(alice)

    def test_it_knows_its_people(self) -> None:
        with pytest.raises(CommandError, match="no account 'nobody'"):
            call_command("reset_two_factor", "nobody")
