"""Invitation links: made, listed, revoked, used."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from accounts.models import User
from chat import errors, invites, welcomes
from chat.actions import members
from chat.actions.invites import accept_invite, create_invite, revoke_invite
from chat.actions.rooms import archive_room
from chat.actions.sanctions import sanction_everywhere
from chat.models import AuditEntry, Block, Invite, Membership, Room, Sanction
from chat.protocol.codec import timestamp
from chat.protocol.commands import InviteCreate, InviteList, InviteRevoke, RoomArchive, RoomLeave
from chat.protocol.limits import MAX_INVITE_USES, MAX_INVITES
from chat.protocol.shapes import Invite as Link
from chat.protocol.shapes import OwnRoom
from tests.chat.told import Told
from tests.people import make_direct, make_person, make_room

pytestmark = pytest.mark.django_db(transaction=True)


def create(actor: User, room: Room, **bounds: Any) -> Link:
    return create_invite(actor.pk, InviteCreate(id="1", room=room.pk, **bounds)).invite


def listed(actor: User, room: Room) -> list[str]:
    found = invites.room_invites(actor.pk, InviteList(id="1", room=room.pk)).invites
    return [invite.code for invite in found]


def revoke(actor: User, room: Room, code: str) -> None:
    revoke_invite(actor.pk, InviteRevoke(id="1", room=room.pk, code=code))


def accept(user: User, link: Link) -> OwnRoom:
    return accept_invite(user.pk, link.code).room


def appoint(user: User, room: Room, role: str) -> None:
    Membership.objects.filter(user=user, room=room).update(role=role)


def in_an_hour() -> datetime:
    now = datetime.now(UTC)
    return now.replace(microsecond=0) + timedelta(hours=1)


class TestMaking:
    def test_more_uses_than_a_database_counts_are_refused(self, alice: User, room: Room) -> None:
        with pytest.raises(errors.BadRequest):
            create(alice, room, uses=MAX_INVITE_USES + 1)
        assert create(alice, room, uses=MAX_INVITE_USES).max_uses == MAX_INVITE_USES

    def test_an_owner_makes_a_link_with_its_bounds(self, alice: User, room: Room) -> None:
        later = timestamp(in_an_hour())
        link = create(alice, room, uses=3, expires=later)
        assert (link.by, link.max_uses, link.uses, link.expires_at) == (alice.pk, 3, 0, later)
        assert link.url.endswith(f"/invite/{link.code}/")
        assert listed(alice, room) == [link.code]

    def test_it_is_recorded_without_its_code(self, alice: User, room: Room) -> None:
        link = create(alice, room, uses=3)
        entry = AuditEntry.objects.get()
        assert (entry.actor, entry.action, entry.room) == (alice, "invite.create", room)
        assert link.code not in str(entry.details)

    def test_a_moderator_may_and_a_member_may_not(self, bob: User, room: Room) -> None:
        with pytest.raises(errors.Forbidden):
            create(bob, room)
        appoint(bob, room, "moderator")
        assert create(bob, room).code in listed(bob, room)

    def test_an_outsider_learns_nothing(self, alice: User, carol: User, room: Room) -> None:
        link = create(alice, room)
        for verb in (
            lambda: create(carol, room),
            lambda: listed(carol, room),
            lambda: revoke(carol, room, link.code),
        ):
            with pytest.raises(errors.NotFound):
                verb()

    def test_a_member_sees_and_revokes_none(self, alice: User, bob: User, room: Room) -> None:
        link = create(alice, room)
        with pytest.raises(errors.Forbidden):
            listed(bob, room)
        with pytest.raises(errors.Forbidden):
            revoke(bob, room, link.code)

    def test_a_conversation_has_none(self, alice: User, bob: User) -> None:
        with pytest.raises(errors.Forbidden):
            create(alice, make_direct(alice, bob))

    def test_its_end_is_still_to_come(self, alice: User, room: Room) -> None:
        with pytest.raises(errors.BadRequest):
            create(alice, room, expires=timestamp(datetime.now(UTC) - timedelta(seconds=1)))
        with pytest.raises(errors.BadRequest):
            create(alice, room, expires="tomorrow")

    def test_nobody_is_invited_to_an_archived_room(self, alice: User, room: Room) -> None:
        archive_room(alice.pk, RoomArchive(id="1", room=room.pk))
        with pytest.raises(errors.Archived):
            create(alice, room)

    def test_one_muted_everywhere_makes_none(self, alice: User, room: Room) -> None:
        sanction_everywhere(alice.pk, "mute", "noise")
        with pytest.raises(errors.Muted):
            create(alice, room)

    def test_a_room_has_so_many_at_most(self, alice: User, room: Room) -> None:
        links = [create(alice, room) for _ in range(MAX_INVITES)]
        with pytest.raises(errors.Conflict):
            create(alice, room)
        revoke(alice, room, links[0].code)
        assert create(alice, room)


class TestRevoking:
    def test_a_revoked_link_is_worthless(self, alice: User, carol: User, room: Room) -> None:
        link = create(alice, room)
        revoke(alice, room, link.code)
        assert listed(alice, room) == []
        with pytest.raises(errors.NotFound):
            accept(carol, link)

    def test_again_changes_nothing(self, alice: User, room: Room) -> None:
        link = create(alice, room)
        for _ in range(2):
            revoke(alice, room, link.code)
        actions = AuditEntry.objects.order_by("pk").values_list("action", flat=True)
        assert list(actions) == ["invite.create", "invite.revoke"]

    def test_another_rooms_is_not_found(self, alice: User, room: Room) -> None:
        link = create(alice, make_room(alice, name="Other"))
        for code in (link.code, "", "nonsense"):
            with pytest.raises(errors.NotFound):
                revoke(alice, room, code)

    def test_a_moderator_revokes_an_owners(self, alice: User, bob: User, room: Room) -> None:
        link = create(alice, room)
        appoint(bob, room, "moderator")
        revoke(bob, room, link.code)
        assert listed(alice, room) == []


class TestJoining:
    def test_whoever_has_it_comes_in_and_the_room_says_how(
        self, alice: User, carol: User, room: Room, told: Told
    ) -> None:
        own = accept(carol, create(alice, room))
        member, message = told.events
        assert (member["user"], member["role"]) == (carol.pk, "member")
        assert message["message"]["event"] == {
            "name": "member_invited",
            "params": {"user": carol.pk, "actor": alice.pk},
        }
        assert own in welcomes.welcome(carol.pk).rooms
        assert own.read_seq == own.last_seq

    def test_a_public_room_makes_no_words_of_it(self, alice: User, carol: User, room: Room) -> None:
        square = make_room(alice, name="Square", kind=Room.Kind.PUBLIC)
        assert accept(carol, create(alice, square)).last_seq == 0

    def test_one_who_is_in_uses_nothing_up(self, alice: User, bob: User, room: Room) -> None:
        link = create(alice, room, uses=1)
        assert accept(bob, link).id == room.pk
        assert Invite.objects.get().uses == 0

    def test_each_newcomer_is_a_use(self, alice: User, carol: User, room: Room) -> None:
        link = create(alice, room, uses=1)
        accept(carol, link)
        with pytest.raises(errors.NotFound):
            accept(make_person("dora"), link)
        assert listed(alice, room) == []

    def test_of_two_at_once_one_gets_the_last_use(self, alice: User, room: Room) -> None:
        link = create(alice, room, uses=2)
        guests = [make_person(f"guest{number}") for number in range(6)]

        def come(guest: User) -> bool:
            try:
                accept(guest, link)
            except errors.NotFound:
                return False
            finally:
                connection.close()
            return True

        with ThreadPoolExecutor(len(guests)) as threads:
            came = list(threads.map(come, guests))
        assert (came.count(True), Invite.objects.get().uses) == (2, 2)
        assert Membership.objects.active().filter(room=room, user__in=guests).count() == 2

    @pytest.mark.parametrize(
        "spoil",
        [
            lambda *_: Invite.objects.update(expires_at=datetime.now(UTC) - timedelta(seconds=1)),
            lambda link, _: Membership.objects.filter(user=link.by).update(role="member"),
            lambda link, room: members.leave_room(link.by, RoomLeave(id="1", room=room.pk)),
            lambda link, _: User.objects.filter(pk=link.by).update(is_active=False),
            lambda link, _: sanction_everywhere(link.by, "ban", "spam"),
        ],
        ids=["expired", "maker demoted", "maker gone", "maker's account closed", "maker banned"],
    )
    def test_it_ends_with_its_time_and_its_makers_rights(
        self, alice: User, bob: User, carol: User, room: Room, spoil: Callable[[Link, Room], None]
    ) -> None:
        appoint(bob, room, "moderator")
        link = create(bob, room)
        spoil(link, room)
        with pytest.raises(errors.NotFound):
            accept(carol, link)
        assert listed(alice, room) == []

    def test_it_is_good_again_when_its_maker_is(
        self, alice: User, bob: User, carol: User, room: Room
    ) -> None:
        appoint(bob, room, "moderator")
        link = create(bob, room)
        for role in ("member", "owner"):
            appoint(bob, room, role)
        assert accept(carol, link)

    def test_one_banned_does_not_come_back_by_a_link(
        self, alice: User, carol: User, room: Room
    ) -> None:
        Sanction.objects.create(user=carol, room=room, kind=Sanction.Kind.BAN, reason="spam")
        link = create(alice, room, uses=1)
        with pytest.raises(errors.Forbidden):
            accept(carol, link)
        assert Invite.objects.get().uses == 0

    def test_no_link_leads_into_an_archived_room(
        self, alice: User, bob: User, carol: User, room: Room, told: Told
    ) -> None:
        link = create(alice, room, uses=1)
        Room.objects.update(archived_at=datetime.now(UTC))
        with pytest.raises(errors.Archived):
            accept(carol, link)
        assert accept(bob, link).id == room.pk  # who is in already
        assert (told.events, Invite.objects.get().uses) == ([], 0)

    def test_to_take_a_link_is_ones_own_choice(self, alice: User, carol: User, room: Room) -> None:
        Block.objects.create(user=carol, blocked=alice)
        assert accept(carol, create(alice, room))

    @pytest.mark.parametrize("code", ["", "nonsense", "a\0b", "ключ"])
    def test_what_is_no_code_is_not_found(self, carol: User, code: str) -> None:
        with pytest.raises(errors.NotFound):
            accept_invite(carol.pk, code)
