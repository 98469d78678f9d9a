"""Whoever ends somebody's sessions, by whatever way, says so."""

from collections.abc import Iterator
from io import StringIO

import pytest
from django.contrib.auth.password_validation import password_validators_help_texts
from django.core.mail import EmailMessage
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.activation import deactivate
from accounts.models import User
from accounts.registration import register
from accounts.sessions import identify
from accounts.signals import access_changed
from tests.accounts.test_passwords import CHANGE, NEW_TWICE, RESET, link_in
from tests.client import PASSWORD, PROVE

pytestmark = pytest.mark.django_db


@pytest.fixture
def told() -> Iterator[list[int]]:
    """Of whom it was said."""
    user_ids: list[int] = []

    def listen(user_id: int, **_: object) -> None:
        user_ids.append(user_id)

    access_changed.connect(listen)
    yield user_ids
    access_changed.disconnect(listen)


@pytest.fixture
def as_owner() -> Client:
    client = Client()
    client.force_login(
        register(username="owner", password=PASSWORD, is_superuser=True, is_staff=True)
    )
    client.post(PROVE, {"password": PASSWORD})
    return client


def act(client: Client, action: str, user: User) -> None:
    client.post("/admin/accounts/user/", {"action": action, "_selected_action": user.pk})


def test_signing_out(client: Client, alice: User, told: list[int]) -> None:
    client.force_login(alice)
    client.post("/accounts/logout/")
    assert told == [alice.pk]


def test_signing_in_ends_nothing(client: Client, alice: User, told: list[int]) -> None:
    client.post("/accounts/login/", {"login": "alice", "password": PASSWORD})
    assert told == []


def test_signing_in_as_another_ends_the_first_ones_session(
    client: Client, alice: User, bob: User, told: list[int]
) -> None:
    client.force_login(alice)
    client.force_login(bob)
    assert told == [alice.pk]


def test_changing_ones_password(client: Client, alice: User, told: list[int]) -> None:
    client.force_login(alice)
    client.post(CHANGE, {"oldpassword": PASSWORD} | NEW_TWICE)
    assert told == [alice.pk]


def test_resetting_it(client: Client, sent: list[EmailMessage], told: list[int]) -> None:
    dora = register(username="dora", password=PASSWORD, email="dora@example.org")
    client.post(RESET, {"email": "dora@example.org"})
    page = client.get(link_in(sent[0]), follow=True)
    told.clear()
    client.post(page.redirect_chain[-1][0], NEW_TWICE)
    assert told == [dora.pk]


def test_setting_it_in_the_admin(as_owner: Client, alice: User, told: list[int]) -> None:
    as_owner.post(
        f"/admin/accounts/user/{alice.pk}/password/", NEW_TWICE | {"usable_password": "true"}
    )
    assert told == [alice.pk]


def test_setting_it_by_command(
    alice: User, told: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", StringIO("a fresh horse battery\n"))
    call_command("changepassword", "alice", "--password-stdin", stdout=StringIO())
    assert told == [alice.pk]


def test_the_rules_for_passwords_are_shown_as_before() -> None:
    assert all(password_validators_help_texts())


def test_deactivating_in_the_admin(as_owner: Client, alice: User, told: list[int]) -> None:
    act(as_owner, "deactivate", alice)
    assert told == [alice.pk]
    alice.refresh_from_db()
    assert not alice.is_active


def test_deactivating_by_command(client: Client, alice: User, told: list[int]) -> None:
    client.post("/accounts/login/", {"login": "alice", "password": PASSWORD})
    session = client.cookies["sessionid"].value
    assert identify(session) == alice.pk
    call_command("deactivate_user", "Alice", stdout=StringIO())
    assert told == [alice.pk]
    assert identify(session) is None


def test_a_session_that_a_deactivation_ended_stays_ended(client: Client, alice: User) -> None:
    client.post("/accounts/login/", {"login": "alice", "password": PASSWORD})
    session = client.cookies["sessionid"].value
    call_command("deactivate_user", "alice", stdout=StringIO())
    call_command("deactivate_user", "alice", "--undo", stdout=StringIO())
    assert identify(session) is None
    assert client.get("/accounts/profile/").status_code == 302


def test_the_only_owner_of_the_site_is_not_deactivated_by_command(alice: User) -> None:
    for name in ("olga", "oscar"):
        register(username=name, password=PASSWORD, is_staff=True, is_superuser=True)
    call_command("deactivate_user", "olga", stdout=StringIO())
    with pytest.raises(CommandError, match="Make somebody else an owner first"):
        call_command("deactivate_user", "oscar", stdout=StringIO())
    assert User.objects.get(username="oscar").is_active


def test_the_command_knows_its_people() -> None:
    with pytest.raises(CommandError, match="no account 'nobody'"):
        call_command("deactivate_user", "nobody")


def test_deactivating_one_who_is_not_in_use_says_nothing(alice: User, told: list[int]) -> None:
    assert deactivate(User.objects.filter(pk=alice.pk)) == 1
    assert deactivate(User.objects.filter(pk=alice.pk)) == 0
    assert told == [alice.pk]
