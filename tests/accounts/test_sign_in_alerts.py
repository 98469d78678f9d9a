"""A mail where somebody signs in from a browser that the person has not used before."""

import pytest
from django.core.mail import EmailMessage
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from accounts.registration import register
from tests.client import PASSWORD

pytestmark = pytest.mark.django_db

LOGIN = "/accounts/login/"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def dora(db: None) -> User:
    return register(username="dora", password=PASSWORD, email="dora@example.org")


def sign_in(client: Client, login: str = "dora", password: str = PASSWORD) -> None:
    client.post(LOGIN, {"login": login, "password": password})


def test_it_says_which_browser_and_leads_to_the_sessions(
    dora: User, sent: list[EmailMessage]
) -> None:
    sign_in(Client(headers={"user-agent": FIREFOX}, REMOTE_ADDR="203.0.113.7"))
    [mail] = sent
    assert mail.to == ["dora@example.org"]
    assert "A new sign-in to your account" in mail.subject
    for words in (
        "dora",
        "Firefox on Windows",
        "203.0.113.7",
        "http://testserver/accounts/sessions/",
    ):
        assert words in mail.body


def test_the_same_browser_is_known_from_then_on(
    client: Client, dora: User, sent: list[EmailMessage]
) -> None:
    for _ in range(2):
        sign_in(client)
        client.post("/accounts/logout/")
    assert len(sent) == 1


def test_the_browser_that_signed_up_is_known(client: Client, sent: list[EmailMessage]) -> None:
    fields = {"username": "dora", "email": "dora@example.org"}
    client.post("/accounts/signup/", fields | {"password1": PASSWORD, "password2": PASSWORD})
    client.post("/accounts/logout/")
    sign_in(client)
    assert sent == []


def test_to_know_one_person_is_not_to_know_another(
    client: Client, dora: User, sent: list[EmailMessage]
) -> None:
    register(username="emil", password=PASSWORD, email="emil@example.org")
    sign_in(client)
    client.post("/accounts/logout/")
    sign_in(client, "emil")
    assert [mail.to for mail in sent] == [["dora@example.org"], ["emil@example.org"]]


@pytest.mark.parametrize("cookie", ["1", "." * 5000, "é", f"{'0' * 24}.{'f' * 24}"])
def test_no_browser_can_say_of_itself_that_it_is_known(
    client: Client, dora: User, sent: list[EmailMessage], cookie: str
) -> None:
    client.cookies["known"] = cookie
    sign_in(client)
    assert len(sent) == 1


def test_a_wrong_password_is_no_sign_in(
    client: Client, dora: User, sent: list[EmailMessage]
) -> None:
    sign_in(client, password="not her password")
    assert sent == []


def test_it_can_be_switched_off(client: Client, dora: User, sent: list[EmailMessage]) -> None:
    client.force_login(dora)
    client.post("/accounts/sessions/", {})
    sign_in(Client())
    assert sent == []
    client.post("/accounts/sessions/", {"sign_in_alerts": "on"})
    sign_in(Client())
    assert len(sent) == 1


def test_it_fills_nobodys_mailbox(dora: User, sent: list[EmailMessage]) -> None:
    for _ in range(8):
        sign_in(Client())
    assert len(sent) == 5


def test_it_comes_in_the_persons_language(dora: User, sent: list[EmailMessage]) -> None:
    User.objects.filter(pk=dora.pk).update(language="zh-hans")
    sign_in(Client(headers={"accept-language": "en"}))
    assert "你的账号有新的登录" in sent[0].subject
    assert "未知浏览器" in sent[0].body


def test_a_strange_browser_puts_no_words_into_it(dora: User, sent: list[EmailMessage]) -> None:
    sign_in(Client(headers={"user-agent": "Go to https://evil.example to keep your account"}))
    assert "evil" not in sent[0].body


def test_mails_that_would_only_be_printed_are_not_sent(
    client: Client, dora: User, sent: list[EmailMessage], settings: Settings
) -> None:
    settings.MAILS_LEAVE = False
    sign_in(client)
    assert sent == []


def test_a_mail_server_that_is_away_keeps_nobody_out(
    client: Client, dora: User, settings: Settings
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_PORT = 1
    sign_in(client)
    assert client.session["_auth_user_id"] == str(dora.pk)


def test_a_new_password_is_offered_in_the_persons_language_too(
    client: Client, dora: User, sent: list[EmailMessage]
) -> None:
    User.objects.filter(pk=dora.pk).update(language="zh-hans")
    client.post("/accounts/password/reset/", {"email": "dora@example.org"})
    assert "新密码" in sent[0].subject
