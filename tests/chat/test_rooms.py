import re
from typing import Literal

import pytest
from django.utils import timezone

from accounts.activation import deactivate, reactivate
from accounts.models import User
from accounts.setup import make_owner
from chat import errors
from chat.actions import rooms
from chat.models import Membership, Room
from chat.protocol.commands import RoomCreate
from tests.client import PASSWORD
from tests.people import make_person

pytestmark = pytest.mark.django_db


def test_every_new_account_is_in_general() -> None:
    dora = make_person("dora")
    general = Room.objects.get(slug="general")
    assert Membership.objects.active().filter(user=dora, room=general).exists()
    assert (general.kind, general.member_count, general.last_rev) == ("public", 1, 1)


def test_an_account_that_is_back_in_use_returns_to_no_room_it_had_left() -> None:
    dora = make_person("dora")
    dora.memberships.update(left_at=timezone.now())
    deactivate(User.objects.filter(pk=dora.pk))
    reactivate(User.objects.filter(pk=dora.pk))
    assert not Membership.objects.active().filter(user=dora).exists()


def test_who_sets_the_site_up_owns_general() -> None:
    owner = make_owner(username="olga", password=PASSWORD)
    make_person("dora")
    roles = dict(Membership.objects.values_list("user__username", "role"))
    assert roles == {owner.username: Membership.Role.OWNER, "dora": Membership.Role.MEMBER}


def test_one_who_joins_has_read_what_was_there(room: Room, carol: User) -> None:
    Room.objects.filter(pk=room.pk).update(last_seq=7, last_rev=20)
    membership = rooms.add_member(room.pk, carol)
    assert (membership.read_seq, membership.rev) == (7, 21)


def test_a_member_stays_as_they_are(room: Room, alice: User) -> None:
    before = Room.objects.get(pk=room.pk).last_rev
    assert rooms.add_member(room.pk, alice).role == Membership.Role.OWNER
    assert Room.objects.get(pk=room.pk).last_rev == before


def test_one_who_left_can_come_back(room: Room, bob: User) -> None:
    Membership.objects.filter(room=room, user=bob).update(left_at=timezone.now())
    assert rooms.add_member(room.pk, bob).left_at is None
    assert Membership.objects.filter(room=room, user=bob).count() == 1


def test_a_room_is_made_with_its_owner_in_it(alice: User) -> None:
    room = rooms.create_room(kind=Room.Kind.PRIVATE, name="  设计  评审 ", owner=alice)
    room.refresh_from_db()
    assert (room.name, room.member_count) == ("设计 评审", 1)
    assert re.fullmatch("设计-评审-[0-9a-f]{8}", room.slug or "")
    assert room.memberships.get().role == Membership.Role.OWNER


def test_an_address_is_given_once(alice: User) -> None:
    rooms.create_room(kind=Room.Kind.PUBLIC, name="Design")
    with pytest.raises(errors.Conflict):
        rooms.create_room(kind=Room.Kind.PUBLIC, name="design!")


@pytest.mark.parametrize("name", ["", "   ", "!!!"])
def test_a_room_needs_a_usable_name(name: str) -> None:
    with pytest.raises(errors.BadRequest):
        rooms.create_room(kind=Room.Kind.PUBLIC, name=name)


def test_a_name_has_80_characters_at_most(db: None) -> None:
    assert rooms.create_room(kind=Room.Kind.PUBLIC, name="x" * 80)
    with pytest.raises(errors.TooLong):
        rooms.create_room(kind=Room.Kind.PUBLIC, name="x" * 81)


@pytest.mark.parametrize("kind", ["public", "private"])
def test_no_address_is_made_of_a_name_that_is_too_long(
    alice: User, kind: Literal["public", "private"], monkeypatch: pytest.MonkeyPatch
) -> None:
    made_of: list[str] = []
    monkeypatch.setattr(rooms, "slugify", lambda name, **_: made_of.append(name))
    with pytest.raises(errors.TooLong):
        rooms.open_room(alice.pk, RoomCreate(id="1", kind=kind, name="a" + "\u0300\u0316" * 40))
    assert made_of == []
