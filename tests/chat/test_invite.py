import json
import re

import pytest
from pytest_django import Settings

from accounts import invitations
from accounts.models import Invitation, User
from chat import invites
from chat.models import AuditEntry, Invite, Membership, Room
from tests.chat.operating import refusal, run

pytestmark = pytest.mark.django_db


def code_of(url: str) -> str:
    return re.split(r"[=/]", url.strip().rstrip("/"))[-1]


def test_it_prints_a_link_to_sign_up_by(settings: Settings) -> None:
    settings.SIGN_UP = "invite"
    url = run("invite")
    assert url.startswith("http://testserver/accounts/signup/?invite=")
    assert invitations.is_valid(code_of(url))
    assert Invitation.objects.get().max_uses == 1
    assert AuditEntry.objects.get().action == "invitation.create"


def test_where_anybody_may_sign_up_the_address_is_enough(settings: Settings) -> None:
    settings.SIGN_UP = "open"
    assert run("invite") == "http://testserver/accounts/signup/\n"
    assert not Invitation.objects.exists()


def test_where_nobody_may_sign_up_no_link_helps(settings: Settings) -> None:
    settings.SIGN_UP = "closed"
    assert refusal("invite") == (
        1,
        "SIGN_UP is `closed`: no invitation opens it. Set it to `invite`.",
    )


def test_it_prints_a_link_into_a_room(room: Room) -> None:
    url = run("invite", "--room", "atelier", "--uses", "3")
    found = invites.room_behind(code_of(url))
    assert found == room
    assert Invite.objects.get().max_uses == 3


def test_the_link_is_in_the_name_of_whom_one_says(room: Room, bob: User) -> None:
    Membership.objects.filter(room=room, user=bob).update(role="moderator")
    run("invite", "--room", "atelier", "--as", "bob")
    assert Invite.objects.get().created_by == bob


def test_who_may_not_invite_does_not_by_command_either(room: Room, bob: User) -> None:
    assert refusal("invite", "--room", "atelier", "--as", "bob") == (
        1,
        "Only owners and moderators invite by link.",
    )


def test_a_room_that_nobody_keeps_has_no_door(db: None, alice: User) -> None:
    assert refusal("invite", "--room", "general")[0] == 1


def test_to_run_it_again_makes_another_link(room: Room) -> None:
    first, second = run("invite", "--room", "atelier"), run("invite", "--room", "atelier")
    assert first != second


@pytest.mark.parametrize(
    "arguments",
    [
        ("--uses", "0"),
        ("--days", "0"),
        ("--days", "nan"),
        ("--as", "alice"),
        ("--room", "nowhere"),
        ("--room", "atelier", "--as", "nobody"),
    ],
)
def test_bad_input_is_refused(room: Room, arguments: tuple[str, ...]) -> None:
    assert refusal("invite", *arguments)[0] == 2


def test_json_is_one_object(room: Room) -> None:
    made = json.loads(run("invite", "--room", "atelier", "--days", "2", "--json"))
    assert made == {"url": made["url"], "uses": 1, "days": 2.0}
