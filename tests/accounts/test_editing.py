"""What staff change of somebody else's account."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.mail import EmailMessage
from django.test import Client

from accounts.editing import edit
from accounts.models import User
from accounts.post import Post
from accounts.registration import register
from chat.models import AuditEntry
from tests.client import PASSWORD

pytestmark = pytest.mark.django_db


def make_staff(username: str, *, is_superuser: bool = False) -> User:
    staff = register(username=username, password=PASSWORD, is_staff=True, is_superuser=is_superuser)
    staff.user_permissions.set(Permission.objects.filter(codename="change_user"))
    return staff


@pytest.fixture
def olga(db: None) -> User:
    return make_staff("olga", is_superuser=True)


def test_what_is_given_is_changed_told_and_recorded(
    olga: User, alice: User, told_profiles: list[int]
) -> None:
    edit(olga.pk, alice.pk, {"name": " Alice  L. ", "email": "Alice@x.org"})
    alice.refresh_from_db()
    assert (alice.name, alice.email, alice.status_text) == ("Alice L.", "alice@x.org", "")
    assert told_profiles == [alice.pk]
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor, entry.user) == ("user.update", olga, alice)
    assert entry.details == {"fields": ["email", "name"]}


def test_the_same_again_changes_tells_and_records_nothing(
    olga: User, alice: User, told_profiles: list[int]
) -> None:
    desk = Group.objects.create(name="Desk")
    given = {"name": "Al", "email": "", "is_staff": True, "groups": [desk]}
    for _ in range(2):
        edit(olga.pk, alice.pk, given)
    assert told_profiles == [alice.pk]
    powers = {"is_staff": True, "groups": ["Desk"]}
    assert AuditEntry.objects.get().details == {"fields": ["groups", "is_staff", "name"]} | powers


def test_an_address_is_nobody_elses_to_see(
    olga: User, alice: User, told_profiles: list[int]
) -> None:
    edit(olga.pk, alice.pk, {"email": "alice@x.org"})
    assert told_profiles == []


REFUSED: dict[str, tuple[Callable[[], User], dict[str, Any]]] = {
    "a person": (lambda: register(username="dora", password=PASSWORD), {}),
    "staff without the permission": (
        lambda: register(username="dora", password=PASSWORD, is_staff=True),
        {},
    ),
    "staff who give power": (lambda: make_staff("dora"), {"is_staff": True}),
}


@pytest.mark.parametrize("who", REFUSED)
def test_it_is_for_those_who_may(alice: User, who: str) -> None:
    make, given = REFUSED[who]
    with pytest.raises(PermissionDenied):
        edit(make().pk, alice.pk, {"name": "Hacked"} | given)
    alice.refresh_from_db()
    assert alice.name == "Alice"
    assert not AuditEntry.objects.exists()


def test_staff_edit_themselves_and_none_of_the_others(olga: User) -> None:
    sam, tess = make_staff("sam"), make_staff("tess")
    edit(sam.pk, sam.pk, {"name": "Sam"})
    for other in (olga, tess):
        with pytest.raises(PermissionDenied):
            edit(sam.pk, other.pk, {"email": "sam@x.org"})
    assert AuditEntry.objects.get().user == sam


@pytest.mark.parametrize("power", ["is_superuser", "is_staff"])
def test_the_only_owner_stays_one(olga: User, power: str) -> None:
    """Without one, a set-up link that was printed before would open again."""
    with pytest.raises(ValidationError):
        edit(olga.pk, olga.pk, {"name": "Ol", power: False})
    olga.refresh_from_db()
    assert (olga.name, getattr(olga, power)) == ("olga", True)
    make_staff("oskar", is_superuser=True)
    edit(olga.pk, olga.pk, {power: False})
    assert not User.objects.filter(pk=olga.pk, **{power: True}).exists()


@pytest.mark.parametrize("name", ["", "Bob\u202egnp.exe", "Administrator"])
def test_a_name_that_nobody_may_have_is_refused(olga: User, alice: User, name: str) -> None:
    with pytest.raises(ValidationError):
        edit(olga.pk, alice.pk, {"name": name})


def test_an_address_that_somebody_else_was_given_meanwhile_is_refused(
    olga: User, alice: User
) -> None:
    register(username="dora", password=PASSWORD, email="d@x.org")
    with pytest.raises(ValidationError) as refused:
        edit(olga.pk, alice.pk, {"name": "Al", "email": "D@x.org"})
    assert "email" in refused.value.message_dict
    alice.refresh_from_db()
    assert alice.name == "Alice"


def test_a_former_address_opens_nothing(
    client: Client, olga: User, alice: User, sent: list[EmailMessage]
) -> None:
    edit(olga.pk, alice.pk, {"email": "alice@x.org"})
    EmailAddress.objects.create(user=alice, email="alice@x.org", verified=True, primary=True)
    edit(olga.pk, alice.pk, {"email": "new@x.org"})
    client.post("/accounts/password/reset/", {"email": "alice@x.org"})
    client.post("/accounts/login/", {"login": "alice@x.org", "password": PASSWORD})
    assert "/reset/key/" not in sent[0].body
    assert "_auth_user_id" not in client.session
    client.post("/accounts/login/", {"login": "new@x.org", "password": PASSWORD})
    assert client.session["_auth_user_id"] == str(alice.pk)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("former", "new", "told"),
    [
        ("old@x.org", "new@x.org", {"old@x.org", "new@x.org"}),
        ("old@x.org", "", {"old@x.org"}),
        ("", "new@x.org", {"new@x.org"}),
        ("old@x.org", "old@x.org", set()),
    ],
)
def test_who_has_another_address_hears_of_it_at_both(
    sent: list[EmailMessage], mails: Post, former: str, new: str, told: set[str]
) -> None:
    olga = make_staff("olga", is_superuser=True)
    dora = register(username="dora", password=PASSWORD, email=former)
    edit(olga.pk, dora.pk, {"name": "Dora", "email": new})
    asyncio.run(mails.close())
    assert {address for mail in sent for address in mail.to} == told
    assert all("your account dora" in mail.body for mail in sent)


@pytest.mark.django_db(transaction=True)
def test_they_hear_of_it_in_their_language(sent: list[EmailMessage], mails: Post) -> None:
    olga = make_staff("olga", is_superuser=True)
    dora = register(username="dora", password=PASSWORD)
    User.objects.filter(pk=dora.pk).update(language="zh-hans")
    edit(olga.pk, dora.pk, {"email": "new@x.org"})
    asyncio.run(mails.close())
    assert "你的账号邮箱已更改" in sent[0].subject
