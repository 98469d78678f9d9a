"""The people of the bench are written in bulk; by their rows nobody can tell."""

import pytest

from accounts.sessions import identify_all
from bench.fan_out.people import fill
from bench.fan_out.plan import Plan
from chat.models import Membership
from tests.chat.verifying import verify

pytestmark = pytest.mark.django_db

PLAN = Plan(people=5, rooms=[(0, 3), (2, 5)])


def test_they_are_members_of_their_rooms() -> None:
    made = fill(PLAN)
    members = Membership.objects.active().filter(room=made.rooms[1])
    assert sorted(member.user.username for member in members) == ["person2", "person3", "person4"]


def test_they_are_signed_in() -> None:
    made = fill(PLAN)
    assert len(identify_all(made.sessions)) == PLAN.people


def test_the_examination_finds_nothing_to_complain_about() -> None:
    fill(PLAN)
    assert verify()[0] == 0
