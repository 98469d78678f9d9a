"""What a room is called and whether it is open: room.create, room.update, room.archive, room.restore."""

import pytest

from accounts.models import User
from chat import errors, queries, welcomes
from chat.actions import rooms
from chat.changes import room_changes
from chat.models import Membership, Room
from chat.protocol.commands import RoomArchive, RoomCreate, RoomRestore, RoomUpdate
from chat.protocol.limits import MAX_NAME, MAX_SLOW_MODE_SECONDS, MAX_TOPIC
from chat.protocol.shapes import OwnRoom
from chat.strings import system_text
from tests.chat.told import Told
from tests.people import make_direct

pytestmark = pytest.mark.django_db(transaction=True)


def create(actor: User, name: str = "Design", kind: str = "public", topic: str = "") -> OwnRoom:
    command = RoomCreate(id="1", kind=kind, name=name, topic=topic)  # type: ignore[arg-type]
    return rooms.open_room(actor.pk, command).room


def update(
    actor: User,
    room: Room,
    *,
    name: str | None = None,
    topic: str | None = None,
    slow_mode: int | None = None,
) -> int:
    command = RoomUpdate(id="1", room=room.pk, name=name, topic=topic, slow_mode=slow_mode)
    return rooms.update_room(actor.pk, command).rev


def archive(actor: User, room: Room) -> int:
    return rooms.archive_room(actor.pk, RoomArchive(id="1", room=room.pk)).rev


def restore(actor: User, room: Room) -> int:
    return rooms.restore_room(actor.pk, RoomRestore(id="1", room=room.pk)).rev


def said(told: Told) -> list[str]:
    """The names of the system messages."""
    messages = [event["message"] for event in told.events if event["type"] == "message"]
    return [message["event"]["name"] for message in messages]


class TestCreate:
    def test_its_maker_owns_it_and_the_room_says_so(self, carol: User, told: Told) -> None:
        own = create(carol, "  Design   team ", topic=" Ideas ")
        assert (own.name, own.slug, own.topic) == ("Design team", "design-team", "Ideas")
        assert (own.role, own.members, own.last_seq, own.read_seq) == ("owner", 1, 1, 1)
        assert own in welcomes.welcome(carol.pk).rooms
        assert (told.members[0], said(told)) == ((carol.pk, "owner"), ["room_created"])

    def test_what_the_room_says_names_its_maker(self, carol: User, room: Room) -> None:
        own = create(carol)
        page = queries.history(carol.pk, own.id)
        event = page.messages[0].event
        people = {user.id: user for user in page.users}
        assert event is not None
        assert "Carol" in (system_text(event, people) or "")

    def test_a_public_name_is_taken_once(self, alice: User, carol: User, room: Room) -> None:
        create(alice)
        with pytest.raises(errors.Conflict):
            create(carol, "design")

    def test_trying_names_does_not_find_private_rooms(
        self, alice: User, carol: User, room: Room
    ) -> None:
        secret = create(alice, kind="private")
        assert create(carol).slug == "design"
        assert create(carol, kind="private").slug not in {secret.slug, "design"}

    @pytest.mark.parametrize("kind", ["public", "private"])
    @pytest.mark.parametrize("name", ["", " \n", "!!!"])
    def test_it_needs_a_name(self, carol: User, room: Room, name: str, kind: str) -> None:
        with pytest.raises(errors.BadRequest):
            create(carol, name, kind)

    def test_name_and_topic_have_their_bounds(self, carol: User, room: Room) -> None:
        with pytest.raises(errors.TooLong):
            create(carol, "x" * (MAX_NAME + 1))
        with pytest.raises(errors.TooLong):
            create(carol, topic="x" * (MAX_TOPIC + 1))
        assert create(carol, "字" * MAX_NAME, "private", "字" * MAX_TOPIC)

    def test_a_name_whose_address_would_be_too_long_is_refused(
        self, carol: User, room: Room
    ) -> None:
        with pytest.raises(errors.BadRequest):
            create(carol, "\ufdfa" * MAX_NAME)  # one character that is eighteen in plain letters


class TestUpdate:
    def test_what_is_given_changes_and_is_told(self, alice: User, room: Room, told: Told) -> None:
        rev = update(alice, room, name="Workshop", topic="Wood", slow_mode=30)
        event = told.events[0]
        assert (event["type"], event["rev"], event["room"]["last_rev"]) == ("room", rev, rev)
        shown = event["room"]
        assert (shown["name"], shown["topic"], shown["slow_mode"]) == ("Workshop", "Wood", 30)
        assert shown["slug"] == room.slug
        assert said(told) == ["room_renamed", "topic_changed"]

    def test_what_is_not_given_stays(self, alice: User, room: Room, told: Told) -> None:
        update(alice, room, slow_mode=30)
        assert told.only()["room"]["name"] == room.name

    def test_a_topic_can_be_cleared(self, alice: User, room: Room, told: Told) -> None:
        update(alice, room, topic="Wood")
        update(alice, room, topic="  ")
        assert said(told) == ["topic_changed", "topic_cleared"]
        assert told.events[2]["room"]["topic"] == ""

    def test_one_who_was_away_catches_up(self, alice: User, bob: User, room: Room) -> None:
        update(alice, room, name="Workshop")
        changes = room_changes(bob.pk, room.pk, room.last_rev)
        assert changes.room_state
        assert changes.room_state.name == "Workshop"
        assert len(changes.messages) == 1

    def test_nothing_new_changes_nothing(self, alice: User, room: Room, told: Told) -> None:
        assert update(alice, room) == room.last_rev
        assert update(alice, room, name=f" {room.name} ", topic="", slow_mode=0) == room.last_rev
        assert told.events == []

    def test_a_moderator_may_and_a_member_may_not(self, bob: User, room: Room) -> None:
        with pytest.raises(errors.Forbidden):
            update(bob, room, topic="mine")
        Membership.objects.filter(user=bob).update(role=Membership.Role.MODERATOR)
        assert update(bob, room, topic="mine")

    def test_an_outsider_learns_nothing(self, carol: User, room: Room) -> None:
        with pytest.raises(errors.NotFound):
            update(carol, room, topic="mine")

    def test_a_conversation_has_no_name(self, alice: User, bob: User) -> None:
        with pytest.raises(errors.Forbidden):
            update(alice, make_direct(alice, bob), name="Us")

    def test_everything_has_its_bounds(self, alice: User, room: Room) -> None:
        with pytest.raises(errors.BadRequest):
            update(alice, room, name=" ")
        with pytest.raises(errors.TooLong):
            update(alice, room, name="x" * (MAX_NAME + 1))
        with pytest.raises(errors.TooLong):
            update(alice, room, topic="x" * (MAX_TOPIC + 1))
        with pytest.raises(errors.BadRequest):
            update(alice, room, slow_mode=MAX_SLOW_MODE_SECONDS + 1)

    def test_an_archived_room_stays_as_it_is(self, alice: User, room: Room) -> None:
        archive(alice, room)
        with pytest.raises(errors.Archived):
            update(alice, room, topic="too late")


class TestArchive:
    def test_it_closes_and_opens_again(self, alice: User, room: Room, told: Told) -> None:
        archived, restored = archive(alice, room), restore(alice, room)
        states = [event for event in told.events if event["type"] == "room"]
        assert [state["rev"] for state in states] == [archived, restored]
        assert [bool(state["room"]["archived_at"]) for state in states] == [True, False]
        assert said(told) == ["room_archived", "room_restored"]

    def test_the_same_again_changes_nothing(self, alice: User, room: Room, told: Told) -> None:
        assert restore(alice, room) == room.last_rev
        rev = archive(alice, room)
        assert archive(alice, room) == rev + 1
        assert len(told.events) == 2

    @pytest.mark.parametrize("role", [Membership.Role.MODERATOR, Membership.Role.MEMBER])
    def test_only_an_owner_may(self, bob: User, room: Room, role: str) -> None:
        Membership.objects.filter(user=bob, room=room).update(role=role)
        for verb in (archive, restore):
            with pytest.raises(errors.Forbidden):
                verb(bob, room)

    def test_an_outsider_learns_nothing(self, carol: User, room: Room) -> None:
        for verb in (archive, restore):
            with pytest.raises(errors.NotFound):
                verb(carol, room)
