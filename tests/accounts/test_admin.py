from urllib.parse import quote

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.paginator import Paginator
from django.db import connection
from django.http import HttpResponseBase
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts import admin_paging
from accounts.activation import deactivate
from accounts.admin_forms import ChangeUserForm
from accounts.admin_paging import BoundedPaginator
from accounts.models import Invitation, User
from accounts.registration import register
from accounts.sessions import identify
from accounts.signals import access_changed
from chat.models import AuditEntry
from tests.client import PASSWORD, PROVE

pytestmark = pytest.mark.django_db

USERS = "/admin/accounts/user/"
INVITATIONS = "/admin/accounts/invitation/"


@pytest.fixture
def owner() -> User:
    return register(username="olga", password=PASSWORD, is_superuser=True, is_staff=True)


@pytest.fixture
def as_owner(client: Client, owner: User) -> Client:
    client.force_login(owner)
    client.post(PROVE, {"password": PASSWORD})
    return client


@pytest.fixture
def as_staff(client: Client) -> Client:
    staff = register(username="sam", password=PASSWORD, is_staff=True)
    names = ["view_user", "add_user", "change_user"]
    staff.user_permissions.set(Permission.objects.filter(codename__in=names))
    client.force_login(staff)
    return client


def act(client: Client, action: str, *users: User) -> HttpResponseBase:
    return client.post(
        USERS, {"action": action, "_selected_action": [user.pk for user in users]}, follow=True
    )


def test_it_is_for_staff(client: Client, alice: User) -> None:
    client.force_login(alice)
    assert client.get(USERS, follow=True).status_code == 403


def test_it_finds_a_user_by_prefix(as_owner: Client, alice: User, bob: User) -> None:
    page = as_owner.get(USERS, {"q": "ali"})
    assertContains(page, "alice")
    assertNotContains(page, ">bob<")


@pytest.mark.parametrize(
    ("standing", "usernames"),
    [("owners", ["olga"]), ("staff", ["olga"]), ("deactivated", ["alice"])],
)
def test_it_filters_by_standing(
    as_owner: Client, alice: User, standing: str, usernames: list[str]
) -> None:
    User.objects.filter(pk=alice.pk).update(is_active=False)
    page = as_owner.get(USERS, {"standing": standing})
    assert [user.username for user in page.context["cl"].result_list] == usernames


@pytest.mark.parametrize(
    "query", [{}, {"q": "ali"}, {"standing": "staff"}, {"standing": "deactivated"}]
)
def test_a_list_counts_nothing_to_the_end(as_owner: Client, query: dict[str, str]) -> None:
    with CaptureQueriesContext(connection) as queries:
        as_owner.get(USERS, query)
    counts = [query["sql"] for query in queries if "COUNT(" in query["sql"]]
    assert counts
    assert all(f"LIMIT {admin_paging.COUNT_MAX + 1}" in sql for sql in counts)


@pytest.mark.parametrize("standing", ["owners", "staff", "deactivated"])
def test_a_filter_is_answered_from_its_own_index(as_owner: Client, standing: str) -> None:
    page = as_owner.get(USERS, {"standing": standing})
    if connection.vendor == "postgresql":  # it would scan a table this small
        connection.cursor().execute("SET LOCAL enable_seqscan = off")
    plan = page.context["cl"].queryset.explain()
    assert "user_deactivated" in plan or "user_privileged" in plan


def test_an_address_is_not_to_be_guessed_by_who_does_not_see_it(as_staff: Client) -> None:
    asked = {"email__startswith": "a"}
    assert as_staff.get(USERS, asked).status_code == 200
    User.objects.get(username="sam").user_permissions.remove(
        Permission.objects.get(codename="change_user")
    )
    assert as_staff.get(USERS, asked).status_code == 400
    assert as_staff.get(USERS, {"username": "sam"}).status_code == 200


def test_a_cut_count_says_so(owner: User, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admin_paging, "COUNT_MAX", 1)
    count = BoundedPaginator(User.objects.order_by("id"), 50).count
    assert (count, str(count)) == (1, "more than 1")
    assert issubclass(BoundedPaginator, Paginator)


def test_a_new_user_comes_in_by_the_same_rules(as_owner: Client, alice: User) -> None:
    form = {"password1": PASSWORD, "password2": PASSWORD}
    assertContains(
        as_owner.post(f"{USERS}add/", form | {"username": "A1ice"}), "looks too much like"
    )
    assertContains(as_owner.post(f"{USERS}add/", form | {"username": "admin"}), "is reserved")
    as_owner.post(f"{USERS}add/", form | {"username": "Dora", "email": "D@x.org"})
    dora = User.objects.get(username="dora")
    assert (dora.name, dora.email, dora.memberships.count()) == ("dora", "d@x.org", 1)
    assert dora.check_password(PASSWORD)


def test_it_changes_only_what_was_changed(as_owner: Client, alice: User) -> None:
    address = f"{USERS}{alice.pk}/change/"
    page = as_owner.get(address)
    assertNotContains(page, 'name="username"')
    User.objects.filter(pk=alice.pk).update(status_text="on a train")
    as_owner.post(address, {"name": " Alice  L. ", "email": "Alice@x.org", "status_text": ""})
    alice.refresh_from_db()
    assert (alice.name, alice.email, alice.username) == ("Alice L.", "alice@x.org", "alice")
    assertRedirects(as_owner.post(address, {"name": "Alice"}), USERS)
    alice.refresh_from_db()
    assert alice.email is None


def test_what_others_see_of_a_user_is_told_and_nothing_else(
    as_owner: Client, alice: User, told_profiles: list[int]
) -> None:
    address = f"{USERS}{alice.pk}/change/"
    as_owner.post(address, {"name": "Alice", "email": "alice@x.org", "status_text": ""})
    assert told_profiles == []
    as_owner.post(address, {"name": "Alice", "status_text": "on a train"})
    assert told_profiles == [alice.pk]
    page = as_owner.post(address, {"name": "Alice", "status_text": "on a\u200btrain"})
    assertContains(page, "invisible or control characters")
    assert told_profiles == [alice.pk]


def test_an_address_that_was_taken_meanwhile_is_said(
    as_owner: Client, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ChangeUserForm, "validate_unique", lambda form: None)  # a moment ago
    register(username="dora", password=PASSWORD, email="d@x.org")
    form = {"name": "Al", "email": "d@x.org"}
    page = as_owner.post(f"{USERS}{alice.pk}/change/", form, follow=True)
    assertContains(page, "Another account has this address.")
    alice.refresh_from_db()
    assert (alice.name, alice.email) == ("Alice", None)


def test_a_deactivated_user_is_signed_out_and_can_come_back(as_owner: Client, alice: User) -> None:
    device = Client()
    device.force_login(alice)
    key = device.cookies["sessionid"].value
    act(as_owner, "deactivate", alice)
    assert identify(key) is None
    act(as_owner, "reactivate", alice)
    assert identify(key) == alice.pk


def test_who_became_an_owner_since_they_were_chosen_is_left(
    owner: User, alice: User, bob: User
) -> None:
    """One is promoted while the other is dealt with."""
    clerk = register(username="sam", password=PASSWORD, is_staff=True)

    def promote(user_id: int, **_: object) -> None:
        if user_id == alice.pk:
            User.objects.filter(pk=bob.pk).update(is_superuser=True)

    access_changed.connect(promote)
    try:
        assert deactivate(User.objects.filter(pk__in=[alice.pk, bob.pk]), actor_id=clerk.pk) == 1
    finally:
        access_changed.disconnect(promote)
    assert set(User.objects.filter(is_active=True)) == {owner, clerk, bob}


def test_nobody_deactivates_themselves(as_owner: Client, owner: User, alice: User) -> None:
    page = act(as_owner, "deactivate", owner, alice)
    assert list(User.objects.filter(is_active=True)) == [owner]
    assertContains(page, "1 user can&#x27;t sign in any more.")
    assertContains(page, "You were left as you were.")


def test_nobody_is_deleted(as_owner: Client, alice: User) -> None:
    assert as_owner.post(f"{USERS}{alice.pk}/delete/", {"post": "yes"}).status_code == 403
    act(as_owner, "delete_selected", alice)
    assert User.objects.filter(pk=alice.pk).exists()


def test_staff_cannot_touch_an_owner(as_staff: Client, owner: User) -> None:
    form = {"name": "Hacked", "password1": PASSWORD, "password2": PASSWORD}
    assert as_staff.post(f"{USERS}{owner.pk}/change/", form).status_code == 403
    assert as_staff.post(f"{USERS}{owner.pk}/password/", form).status_code == 403
    act(as_staff, "deactivate", owner)
    owner.refresh_from_db()
    assert (owner.name, owner.is_active) == ("olga", True)


def test_staff_is_told_of_whom_it_left(as_staff: Client, owner: User, alice: User) -> None:
    sam = User.objects.get(username="sam")
    page = act(as_staff, "deactivate", sam, owner, alice)
    assertContains(page, "1 user can&#x27;t sign in any more.")
    assertContains(page, "2 users were left as they were: yourself, owners or others")


def test_staff_cannot_touch_others_of_the_staff(as_staff: Client) -> None:
    other, gone = (
        register(username=name, password=PASSWORD, is_staff=True) for name in ("tess", "gary")
    )
    User.objects.filter(pk=gone.pk).update(is_active=False)
    form = {"name": "Hacked", "password1": PASSWORD, "password2": PASSWORD}
    assert as_staff.post(f"{USERS}{other.pk}/change/", form).status_code == 403
    assert as_staff.post(f"{USERS}{other.pk}/password/", form).status_code == 403
    act(as_staff, "deactivate", other)
    act(as_staff, "reactivate", gone)
    states = User.objects.filter(pk__in=[other.pk, gone.pk]).order_by("pk")
    assert list(states.values_list("name", "is_active")) == [("tess", True), ("gary", False)]


def test_staff_cannot_give_powers(as_staff: Client, alice: User) -> None:
    form = {"name": "Alice", "is_superuser": "on", "is_staff": "on"}
    as_staff.post(f"{USERS}{alice.pk}/change/", form)
    alice.refresh_from_db()
    assert (alice.is_superuser, alice.is_staff) == (False, False)


GROUPS = "/admin/auth/group/"


def test_what_a_group_may_is_in_the_audit_log(as_owner: Client) -> None:
    may = Permission.objects.get(codename="change_user")
    as_owner.post(f"{GROUPS}add/", {"name": "Desk"})
    desk = Group.objects.get(name="Desk")
    as_owner.post(f"{GROUPS}{desk.pk}/change/", {"name": "Desk", "permissions": [may.pk]})
    form = {"action": "delete_selected", "_selected_action": [desk.pk], "post": "yes"}
    as_owner.post(GROUPS, form)
    noted = AuditEntry.objects.filter(action__startswith="group.").order_by("pk")
    assert list(noted.values_list("action", "details")) == [
        ("group.create", {"group": "Desk", "permissions": []}),
        ("group.update", {"group": "Desk", "permissions": ["change_user"]}),
        ("group.delete", {"group": "Desk"}),
    ]


def test_only_owners_say_what_a_group_may(as_staff: Client) -> None:
    sam, desk = User.objects.get(username="sam"), Group.objects.create(name="Desk")
    sam.user_permissions.set(Permission.objects.filter(content_type__app_label="auth"))
    may = list(Permission.objects.values_list("pk", flat=True)[:3])
    for path in (f"{GROUPS}{desk.pk}/change/", f"{GROUPS}{desk.pk}/delete/", f"{GROUPS}add/"):
        form = {"name": "Desk", "permissions": may, "post": "yes"}
        assert as_staff.post(path, form).status_code == 403
    assert not Group.objects.get(name="Desk").permissions.exists()


def test_what_is_saved_of_an_account_waits_until_the_password_was_given(
    client: Client, owner: User, alice: User
) -> None:
    """On the page, from where it is saved once more: nobody else's form is sent by a password."""
    client.force_login(owner)
    address, form = f"{USERS}{alice.pk}/change/", {"name": "Al", "email": "al@x.org"}
    page = client.post(f"{address}?_changelist_filters=q%3Dali", form)
    assertContains(page, "Nothing is saved yet")
    assertContains(page, f'href="{PROVE}?next={quote(address, safe="")}"')
    assertContains(page, 'value="al@x.org"')
    client.post(PROVE, {"password": PASSWORD, "next": address})
    alice.refresh_from_db()
    assert (alice.name, alice.email) == ("Alice", None)
    client.post(address, form)
    alice.refresh_from_db()
    assert (alice.name, alice.email) == ("Al", "al@x.org")


def test_what_a_group_may_waits_as_well(client: Client, owner: User) -> None:
    client.force_login(owner)
    group = Group.objects.create(name="Desk")
    may = Permission.objects.get(codename="change_user")
    form = {"name": "Desk", "permissions": [may.pk]}
    assertContains(client.post(f"{GROUPS}{group.pk}/change/", form), "Nothing is saved yet")
    assert not group.permissions.exists()


def test_a_new_password_is_not_kept_until_the_old_one_was_given(
    client: Client, owner: User
) -> None:
    client.force_login(owner)
    address = f"{USERS}{owner.pk}/password/"
    form = {"password1": "a fresh horse battery", "password2": "a fresh horse battery"}
    for asked in (client.get(address), client.post(address, form | {"usable_password": "true"})):
        assertRedirects(asked, f"{PROVE}?next={address}")
    assert "fresh horse" not in str(dict(client.session))
    owner.refresh_from_db()
    assert owner.check_password(PASSWORD)


def test_ones_own_password_has_one_page(as_owner: Client) -> None:
    for answer in (
        as_owner.get("/admin/password_change/"),
        as_owner.post("/admin/password_change/"),
    ):
        assertRedirects(answer, "/accounts/password/change/")


def test_an_owner_sets_a_new_password(as_owner: Client, alice: User) -> None:
    form = {"password1": "a fresh horse battery", "password2": "a fresh horse battery"}
    as_owner.post(f"{USERS}{alice.pk}/password/", form | {"usable_password": "true"})
    alice.refresh_from_db()
    assert alice.check_password("a fresh horse battery")


def test_an_invitation_is_made_shown_and_revoked(as_owner: Client, owner: User) -> None:
    as_owner.post(f"{INVITATIONS}add/", {"max_uses": "3"})
    invitation = Invitation.objects.get()
    assert (invitation.max_uses, invitation.created_by) == (3, owner)
    page = as_owner.get(f"{INVITATIONS}{invitation.pk}/change/")
    assertContains(page, f"http://testserver/accounts/signup/?invite={invitation.code}")
    as_owner.post(INVITATIONS, {"action": "revoke", "_selected_action": [invitation.pk]})
    invitation.refresh_from_db()
    assert invitation.revoked_at
    noted = AuditEntry.objects.filter(action__startswith="invitation.").order_by("pk")
    assert [(entry.action, entry.actor) for entry in noted] == [
        ("invitation.create", owner),
        ("invitation.revoke", owner),
    ]
