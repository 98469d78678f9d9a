import re
from datetime import timedelta
from unittest.mock import patch

import pytest
import time_machine
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.test import Client
from django.utils import timezone, translation
from pytest_django import Settings
from pytest_django.asserts import assertContains, assertRedirects

from accounts.models import User
from accounts.registration import register
from tests.client import PASSWORD

pytestmark = pytest.mark.django_db

CHANGE = "/accounts/password/change/"
RESET = "/accounts/password/reset/"
NEW = "a fresh horse battery"
NEW_TWICE = {"password1": NEW, "password2": NEW}


@pytest.fixture
def dora() -> User:
    return register(username="dora", password=PASSWORD, email="dora@example.org")


def link_in(mail: EmailMessage) -> str:
    found = re.search(r"http://testserver(/accounts/password/reset/key/\S+)", str(mail.body))
    assert found
    return found[1]


def has_password(user: User, password: str) -> bool:
    return User.objects.get(pk=user.pk).check_password(password)


@pytest.mark.parametrize("password", ["short", "password123", "20261128202611", "dora-at-home"])
def test_what_is_wrong_with_a_password_is_said_in_chinese(password: str) -> None:
    with translation.override("zh-hans"), pytest.raises(ValidationError) as refused:
        validate_password(password, User(username="dora-at-home"))
    assert all(re.search("[\u4e00-\u9fff]", message) for message in refused.value.messages)


def test_a_change_keeps_this_session_and_ends_the_others(alice: User) -> None:
    here, elsewhere = Client(), Client()
    for device in (here, elsewhere):
        device.force_login(alice)
    response = here.post(CHANGE, {"oldpassword": PASSWORD} | NEW_TWICE, follow=True)
    assertContains(response, "Your password is changed")
    assert has_password(alice, NEW)
    assertRedirects(elsewhere.get(CHANGE), f"/accounts/login/?next={CHANGE}")


def test_a_change_asks_for_the_current_password(client: Client, alice: User) -> None:
    client.force_login(alice)
    response = client.post(CHANGE, {"oldpassword": "a guess"} | NEW_TWICE)
    assertContains(response, "This is not your current password.")
    assert has_password(alice, PASSWORD)


def test_a_change_is_for_who_is_signed_in(client: Client) -> None:
    assertRedirects(client.get(CHANGE), f"/accounts/login/?next={CHANGE}")
    assert client.get(f"{CHANGE}done/").status_code == 302


def test_a_change_writes_the_password_only(client: Client, alice: User) -> None:
    client.force_login(alice)

    def check_while_the_row_moves_on(user: User, raw: str) -> bool:
        return bool(User.objects.filter(pk=user.pk).update(rev=7))

    with patch.object(User, "check_password", check_while_the_row_moves_on):
        client.post(CHANGE, {"oldpassword": PASSWORD} | NEW_TWICE)
    assert User.objects.get(pk=alice.pk).rev == 7


def test_a_reset_mails_a_link_that_sets_a_new_password(
    client: Client, dora: User, sent: list[EmailMessage]
) -> None:
    response = client.post(RESET, {"email": "Dora@example.org"}, follow=True)
    assertContains(response, "Look into your mail")
    page = client.get(link_in(sent[0]), follow=True)
    assertContains(page, "Choose a new password")
    done = client.post(page.redirect_chain[-1][0], NEW_TWICE, follow=True)
    assertContains(done, "Your password is changed")
    assert has_password(dora, NEW)


def test_the_mail_names_the_account_and_the_site(
    client: Client, dora: User, sent: list[EmailMessage]
) -> None:
    client.post(RESET, {"email": "dora@example.org"})
    assert sent[0].to == ["dora@example.org"]
    assert sent[0].subject == "[Chatsite] A new password"
    assert "your account dora on Chatsite" in sent[0].body


def test_the_link_leads_to_the_site_whatever_the_request_says(
    client: Client, dora: User, sent: list[EmailMessage], settings: Settings
) -> None:
    settings.ALLOWED_HOSTS = ["testserver", "evil.example"]
    client.post(RESET, {"email": "dora@example.org"}, headers={"host": "evil.example"})
    assert "evil.example" not in sent[0].body
    assert link_in(sent[0])


def test_a_reset_tells_nobody_who_has_an_account(
    client: Client, dora: User, sent: list[EmailMessage]
) -> None:
    known = client.post(RESET, {"email": "dora@example.org"}, follow=True)
    unknown = client.post(RESET, {"email": "nobody@example.org"}, follow=True)
    assert (known.redirect_chain, known.text) == (unknown.redirect_chain, unknown.text)
    assert [mail.to for mail in sent] == [["dora@example.org"], ["nobody@example.org"]]
    assert "no account there has it" in sent[1].body


def test_a_mail_server_that_fails_tells_nothing_either(
    client: Client, dora: User, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    response = client.post(RESET, {"email": "dora@example.org"}, follow=True)
    assertContains(response, "Look into your mail")
    assert "No mail could be sent" in caplog.text


def test_a_deactivated_account_gets_no_link(
    client: Client, dora: User, sent: list[EmailMessage]
) -> None:
    User.objects.filter(pk=dora.pk).update(is_active=False)
    client.post(RESET, {"email": "dora@example.org"})
    assert "/reset/key/" not in sent[0].body


def test_an_address_that_was_replaced_opens_nothing(
    client: Client, dora: User, sent: list[EmailMessage]
) -> None:
    client.post(RESET, {"email": "dora@example.org"})
    User.objects.filter(pk=dora.pk).update(email="new@example.org")
    assertContains(client.get(link_in(sent[0]), follow=True), "no longer works")
    client.post(RESET, {"email": "dora@example.org"})
    assert "/reset/key/" not in sent[1].body


def test_a_link_works_once_and_for_a_day(
    client: Client, dora: User, sent: list[EmailMessage]
) -> None:
    client.post(RESET, {"email": "dora@example.org"})
    link = link_in(sent[0])
    with time_machine.travel(timezone.now() + timedelta(hours=25), tick=False):
        assertContains(Client().get(link, follow=True), "no longer works")
    page = client.get(link, follow=True)
    client.post(page.redirect_chain[-1][0], NEW_TWICE)
    assertContains(Client().get(link, follow=True), "no longer works")


def test_one_address_is_mailed_five_times_a_minute_at_most(
    client: Client, dora: User, sent: list[EmailMessage]
) -> None:
    codes = [client.post(RESET, {"email": "dora@example.org"}).status_code for _ in range(6)]
    assert codes == [302] * 5 + [429]
    assert len(sent) == 5
