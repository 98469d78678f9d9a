"""SIGN_UP=approval: an account is made, and waits for somebody to let it in."""

import asyncio
import threading

import pytest
from django.contrib.auth.models import Permission
from django.core.mail import EmailMessage
from django.test import Client
from django.utils import timezone
from pytest_django import Settings
from pytest_django.asserts import assertContains, assertRedirects

from accounts.activation import deactivate, reactivate
from accounts.approval import approve
from accounts.models import Invitation, User
from accounts.post import Post
from accounts.registration import register
from accounts.signals import user_registered
from chat.statistics import people
from tests.accounts.test_sign_up import SIGN_UP, form
from tests.client import PASSWORD

pytestmark = pytest.mark.django_db

WAITING = "/accounts/waiting/"
USERS = "/admin/accounts/user/"


@pytest.fixture(autouse=True)
def by_approval(settings: Settings) -> None:
    settings.SIGN_UP = "approval"


@pytest.fixture
def dora(client: Client) -> User:
    assertRedirects(client.post(SIGN_UP, form("dora")), WAITING)
    return User.objects.get(username="dora")


def sign_in(client: Client) -> str:
    page = client.post("/accounts/login/", {"login": "dora", "password": PASSWORD})
    return str(page.headers["Location"])


def let_in(name: str, user: User) -> None:
    staff = register(username="sam", password=PASSWORD, is_staff=True)
    names = ["view_user", "approve_user"]
    staff.user_permissions.set(Permission.objects.filter(codename__in=names))
    client = Client()
    client.force_login(staff)
    client.post(USERS, {"action": name, "_selected_action": user.pk})


def test_who_waits_is_signed_in_nowhere_and_in_no_room(client: Client, dora: User) -> None:
    assertContains(client.get(WAITING), "Somebody will look at your account")
    assert "_auth_user_id" not in client.session
    assert sign_in(client) == WAITING
    assert not dora.memberships.exists()


def test_who_is_let_in_signs_in_and_has_a_room(client: Client, dora: User) -> None:
    let_in("approve", dora)
    assert sign_in(client) == "/"
    assert dora.memberships.get().room.slug == "general"


@pytest.mark.django_db(transaction=True)
def test_who_is_let_in_hears_of_it(client: Client, sent: list[EmailMessage], mails: Post) -> None:
    client.post(SIGN_UP, form("dora", email="dora@example.org"))
    let_in("approve", User.objects.get(username="dora"))
    asyncio.run(mails.close())
    assert [mail.to for mail in sent] == [["dora@example.org"]]
    assert "/accounts/login/" in sent[0].body


@pytest.mark.django_db(transaction=True)
def test_a_mail_server_that_hangs_keeps_nobody_who_lets_people_in(
    client: Client, sent: list[EmailMessage], mails: Post, hanging: threading.Event
) -> None:
    client.post(SIGN_UP, form("dora", email="dora@example.org"))
    let_in("approve", User.objects.get(username="dora"))
    assert (User.objects.get(username="dora").is_active, sent) == (True, [])
    hanging.set()
    asyncio.run(mails.close())
    assert len(sent) == 1


@pytest.mark.django_db(transaction=True)
def test_of_many_each_is_let_in_by_themselves(client: Client, alice: User) -> None:
    for name in ("dora", "eric"):
        client.post(SIGN_UP, form(name))

    def fail(user: User, **_: object) -> None:
        assert user.username != "eric"

    user_registered.connect(fail)
    try:
        with pytest.raises(AssertionError):
            approve(User.objects.all(), actor_id=alice.pk)
    finally:
        user_registered.disconnect(fail)
    assert User.objects.get(waits_since__isnull=False).username == "eric"


def test_who_is_not_let_in_waits_no_more(client: Client, dora: User) -> None:
    let_in("refuse", dora)
    assert sign_in(client) == "/accounts/inactive/"
    dora.refresh_from_db()
    assert dora.waits_since is None


def test_who_is_let_in_after_all_has_the_same_room(client: Client, dora: User) -> None:
    let_in("refuse", dora)
    assert reactivate(User.objects.filter(pk=dora.pk)) == 1
    assert sign_in(client) == "/"
    assert dora.memberships.get().room.slug == "general"


def test_reactivating_is_no_way_past_it(dora: User) -> None:
    assert reactivate(User.objects.filter(pk=dora.pk)) == 0


def test_an_invitation_is_the_approval(client: Client) -> None:
    code = Invitation.objects.create(max_uses=1).code
    client.post(SIGN_UP, form("eric") | {"invite": code})
    assert User.objects.get(username="eric").is_active
    assertRedirects(Client().post(SIGN_UP, form("fritz") | {"invite": code}), WAITING)


def test_sign_in_offers_sign_up(client: Client) -> None:
    assertContains(client.get("/accounts/login/"), SIGN_UP)


def test_those_who_wait_are_told_from_those_who_are_deactivated(
    client: Client, dora: User, alice: User
) -> None:
    owner = register(username="olga", password=PASSWORD, is_staff=True, is_superuser=True)
    client.force_login(owner)
    deactivate(User.objects.filter(pk=alice.pk))
    for standing, listed in [("waiting", dora), ("deactivated", alice)]:
        page = client.get(USERS, {"standing": standing})
        assert list(page.context["cl"].result_list) == [listed]
    assert people(timezone.now()).deactivated == 1
