"""What anybody finds: public rooms (room.list)."""

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from chat import directory
from chat.actions import rooms
from chat.actions.members import leave_room
from chat.models import Room
from chat.protocol.commands import RoomArchive, RoomLeave, RoomList
from chat.protocol.limits import DEFAULT_PAGE
from chat.protocol.shapes import ListedRoom
from tests.people import make_direct, make_room

pytestmark = pytest.mark.django_db(transaction=True)


def listed(reader: User, q: str = "", after: int = 0) -> list[ListedRoom]:
    return directory.public_rooms(reader.pk, RoomList(id="1", q=q, after=after)).rooms


class TestRooms:
    def test_everybody_sees_the_public_ones_and_where_they_are(
        self, alice: User, carol: User
    ) -> None:
        square = make_room(alice, name="Square", kind=Room.Kind.PUBLIC)
        make_room(alice, name="Secret")
        make_direct(alice, carol)
        assert [(one.name, one.joined) for one in listed(alice)] == [
            ("general", True),
            ("Square", True),
        ]
        assert listed(carol)[1] == ListedRoom(square.pk, "Square", "square", "", 1, joined=False)

    def test_one_who_left_is_out(self, alice: User, bob: User) -> None:
        square = make_room(alice, bob, name="Square", kind=Room.Kind.PUBLIC)
        leave_room(bob.pk, RoomLeave(id="1", room=square.pk))
        assert [(one.joined, one.members) for one in listed(bob, "square")] == [(False, 1)]

    def test_an_archived_one_is_not_listed(self, alice: User) -> None:
        square = make_room(alice, name="Square", kind=Room.Kind.PUBLIC)
        rooms.archive_room(alice.pk, RoomArchive(id="1", room=square.pk))
        assert listed(alice, "square") == []

    @pytest.mark.parametrize(
        ("q", "name"),
        [
            ("评审", "设计评审"),
            ("дизайн", "Дизайн Проекта"),
            ("تصم", "تصميم"),
            ("CAFÉ", "Le café"),
            ("cafe\u0301", "Le café"),
            ("🎉", "🎉"),
            ("wood", "Atelier"),
            ("100%", "100% wool"),
            ("  le   café ", "Le café"),
        ],
    )
    def test_it_is_found_by_part_of_its_name_or_topic(
        self, alice: User, carol: User, q: str, name: str
    ) -> None:
        for title in ("设计评审", "Дизайн Проекта", "تصميم", "Le café", "🎉", "100% wool", "1000"):
            rooms.create_room(kind=Room.Kind.PUBLIC, name=title)
        rooms.create_room(kind=Room.Kind.PUBLIC, name="Atelier", topic="Wood and steel")
        names = [one.name for one in listed(carol, q)]
        assert name in names
        assert "1000" not in names

    def test_it_comes_in_pages(self, alice: User) -> None:
        for number in range(DEFAULT_PAGE + 3):
            rooms.create_room(kind=Room.Kind.PUBLIC, name=f"Room {number}")
        first = directory.public_rooms(alice.pk, RoomList(id="1", q="Room"))
        assert (len(first.rooms), first.more) == (DEFAULT_PAGE, True)
        rest = directory.public_rooms(
            alice.pk, RoomList(id="1", q="Room", after=first.rooms[-1].id)
        )
        assert (len(rest.rooms), rest.more) == (3, False)

    def test_many_cost_as_many_queries_as_one(
        self, alice: User, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        for number in range(20):
            make_room(alice, name=f"Room {number}", kind=Room.Kind.PUBLIC)
        with django_assert_num_queries(2):
            listed(alice, "room")
