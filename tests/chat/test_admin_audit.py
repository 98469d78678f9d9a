"""Each act of the admin leaves its entry in the audit log. A new one has its line here."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import Model
from django.test import Client, RequestFactory
from pytest_django import Settings

from accounts.models import Invitation, User
from accounts.registration import register
from chat.models import AuditEntry, Invite, Membership, Message, Report, Room, Sanction
from tests.chat.moderators import make_owner
from tests.chat.stored import complain, store
from tests.client import PASSWORD, PROVE

pytestmark = pytest.mark.django_db

NEW = "a fresh horse battery"
NEW_TWICE = {"password1": NEW, "password2": NEW}
MUTE = {"kind": "mute", "hours": "1", "reason": "noise"}
Asked = tuple[str, dict[str, Any]]  # a path, and what is posted to it


@pytest.fixture(autouse=True)
def stage(
    room: Room, alice: User, bob: User, carol: User, settings: Settings, tmp_path: Path
) -> None:
    settings.STATIC_ROOT = tmp_path  # nobody has collected static files for this run
    store(room, bob, *("dismiss", "remove", "mute", "ban", "gone", "noise"))
    for message in Message.objects.filter(author=bob):
        complain(message, alice, reason="Advertising.")
    for username in ("dora", "eric"):
        register(username=username, password=PASSWORD, waits=True)
    Invite.objects.create(room=room, created_by=alice)


def act(row: Model, name: str, /, **fields: str) -> Asked:
    form = {f"{name}-{key}": value for key, value in fields.items()}
    return f"{place(type(row))}{row.pk}/act/{name}/", form


def page(row: Model, **fields: Any) -> Asked:
    return f"{place(type(row))}{row.pk}/change/", fields


def chosen(row: Model, action: str, **fields: str) -> Asked:
    return place(type(row)), {"action": action, "_selected_action": [row.pk], **fields}


def place(model: type[Model]) -> str:
    return f"/admin/{model._meta.app_label}/{model._meta.model_name}/"


def user(username: str) -> User:
    return User.objects.get(username=username)


def room() -> Room:
    return Room.objects.get(slug="atelier")


def member() -> Membership:
    return Membership.objects.get(room__slug="atelier", user__username="bob")


def said(body: str) -> Message:
    return Message.objects.get(body=body)


def report(body: str) -> Report:
    return Report.objects.get(message__body=body)


def held() -> Sanction:
    return Sanction.objects.get(lifted_at=None, room=None)


# In this order, for one act needs what another has left.
ACTS: list[tuple[str, Callable[[], Asked], set[str]]] = [
    (
        "user create",
        lambda: (f"{place(User)}add/", {"username": "fay", **NEW_TWICE}),
        {"user.create"},
    ),
    ("user change", lambda: page(user("bob"), name="Robert"), {"user.update"}),
    ("user approve", lambda: act(user("dora"), "approve"), {"user.approve"}),
    ("user refuse", lambda: act(user("eric"), "refuse"), {"user.refuse"}),
    ("user sanction", lambda: act(user("bob"), "sanction", room="", **MUTE), {"sanction.mute"}),
    ("sanction lift", lambda: act(held(), "lift"), {"sanction.unmute"}),
    ("user end_sessions", lambda: act(user("bob"), "end_sessions"), {"user.end_sessions"}),
    ("user deactivate", lambda: chosen(user("dora"), "deactivate"), {"user.deactivate"}),
    ("user reactivate", lambda: chosen(user("dora"), "reactivate"), {"user.reactivate"}),
    (
        "user password",
        lambda: (
            f"{place(User)}{user('bob').pk}/password/",
            {"usable_password": "true", **NEW_TWICE},
        ),
        {"user.password"},
    ),
    ("membership role", lambda: act(member(), "role", role="moderator"), {"room.role"}),
    ("membership sanction", lambda: act(member(), "sanction", **MUTE), {"sanction.mute"}),
    ("message remove", lambda: act(said("gone"), "remove", reason="spam"), {"message.delete"}),
    (
        "message sanction",
        lambda: act(said("noise"), "sanction", where="everywhere", **MUTE),
        {"sanction.mute"},
    ),
    ("report dismiss", lambda: act(report("dismiss"), "dismiss"), {"report.decide"}),
    ("report remove", lambda: act(report("remove"), "remove"), {"report.decide", "message.delete"}),
    (
        "report mute",
        lambda: act(report("mute"), "mute"),
        {"report.decide", "message.delete", "sanction.mute"},
    ),
    (
        "report ban",
        lambda: act(report("ban"), "ban"),
        {"report.decide", "message.delete", "sanction.ban"},
    ),
    ("membership remove", lambda: act(member(), "remove", reason="spam"), {"room.remove"}),
    (
        "room create",
        lambda: (f"{place(Room)}add/", {"kind": "public", "name": "Attic"}),
        {"room.create"},
    ),
    ("room change", lambda: page(room(), retention_days="90"), {"room.retention"}),
    ("room settings", lambda: act(room(), "settings", name="Loft", slow_mode="0"), {"room.update"}),
    ("room add", lambda: act(room(), "add", username="carol"), {"room.add"}),
    ("invite revoke", lambda: act(Invite.objects.get(), "revoke"), {"invite.revoke"}),
    ("room archive", lambda: act(room(), "archive", reason="over"), {"room.archive"}),
    ("room restore", lambda: act(room(), "restore"), {"room.restore"}),
    ("invitation create", lambda: (f"{place(Invitation)}add/", {}), {"invitation.create"}),
    (
        "invitation revoke",
        lambda: chosen(Invitation.objects.get(), "revoke"),
        {"invitation.revoke"},
    ),
    ("group create", lambda: (f"{place(Group)}add/", {"name": "Desk"}), {"group.create"}),
    ("group change", lambda: page(Group.objects.get(name="Desk"), name="Door"), {"group.update"}),
    (
        "group delete_selected",
        lambda: chosen(Group.objects.get(name="Door"), "delete_selected", post="yes"),
        {"group.delete"},
    ),
    (
        "group delete",
        lambda: (f"{place(Group)}{Group.objects.create(name='Hall').pk}/delete/", {"post": "yes"}),
        {"group.delete"},
    ),
]


def test_each_leaves_its_entry_and_says_who_and_from_where(client: Client) -> None:
    owner = make_owner()
    client.force_login(owner)
    client.post(PROVE, {"password": PASSWORD})
    for name, ask, actions in ACTS:
        before = AuditEntry.objects.count()
        path, form = ask()
        client.post(path, form)
        left = list(AuditEntry.objects.order_by("pk")[before:])
        assert (name, {entry.action for entry in left}) == (name, actions)
        assert {(entry.actor, entry.address) for entry in left} == {(owner, "127.0.0.1")}


def test_nothing_can_be_done_in_the_admin_that_has_no_line_here(rf: RequestFactory) -> None:
    request = rf.get("/admin/")
    request.user = make_owner()
    offered = {
        f"{model._meta.model_name} {way}"
        for model, shown in admin.site._registry.items()
        for way in ways(shown, model(), request)
    }
    assert offered | {"user password"} == {name for name, *_ in ACTS}


def ways(shown: Any, row: Model, request: Any) -> set[str]:
    """What an owner may do on the pages of a model."""
    may = {
        "create": shown.has_add_permission(request),
        "change": shown.has_change_permission(request, row),
        "delete": shown.has_delete_permission(request, row),
    }
    found = {way for way, is_so in may.items() if is_so}
    return found | {act.name for act in getattr(shown, "acts", ())} | {*shown.get_actions(request)}
