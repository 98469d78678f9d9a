"""Every page of the admin, asked by everybody."""

from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.urls import reverse

from accounts.models import Invitation, User
from chat.actions.reports import report_message
from chat.protocol.commands import MessageReport
from tests.people import make_person

from .addresses import Visitors, admin_names, word_for
from .admin_table import ACTS, COLUMNS, VIEWS, View
from .world import Place, World

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def visitors(world: World) -> Visitors:
    """There is a row of every kind, and somebody who may use the admin and has no permission there."""
    member = Place(world, "member", "private")
    report = MessageReport(id="1", room=member.room, seq=member.others, reason="rude")
    report_message(member.user, report)
    Invitation.objects.create()
    Group.objects.create(name="gardeners")
    world.people["clerk"] = make_person("clara")
    world.people["clerk"].is_staff = True
    world.people["clerk"].save()
    return Visitors(world)


def test_a_ban_from_the_site_is_one_from_the_admin(
    visitors: Visitors, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("CRITICAL")
    exiled = world.people["exiled"]
    User.objects.filter(pk=exiled.pk).update(is_staff=True, is_superuser=True)
    for path in ("/admin/", "/admin/chat/room/", f"/admin/accounts/user/{exiled.pk}/change/"):
        assert visitors.ask("exiled", "GET", path).status_code == 403


def path_of(name: str) -> str:
    if name == "catch_all":
        return "/admin/no/such/page/"
    fixed: dict[str, list[Any]] = {"app_list": ["chat"], "view_on_site": [1, 1]}
    arguments = fixed.get(name, [])
    app, _, rest = name.partition("_")
    if app in ("accounts", "auth", "chat") and not rest.endswith(("_changelist", "_add")):
        model = "accounts.user" if name.startswith("auth_user") else f"{app}.{rest.split('_')[0]}"
        arguments = [apps.get_model(model)._default_manager.order_by("pk")[0].pk]
        arguments += [ACTS[name]] if name in ACTS else []
    return reverse(f"admin:{name}", args=arguments)


def test_every_page_has_its_lines() -> None:
    """A page that fails here is new: it needs lines in tests/authorisation/admin_table.py."""
    assert {view.name for view in VIEWS} == admin_names()


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: f"{view.method}-{view.name}")
def test_everybody_is_answered_as_the_table_says(
    visitors: Visitors, view: View, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("CRITICAL")
    form: dict[str, Any] | None = {"post": "yes"} if view.method == "POST" else None
    answers = {
        role: word_for(visitors.ask(role, view.method, path_of(view.name), form))
        for role in COLUMNS
    }
    assert answers == {role: view.answer(role) for role in COLUMNS}
