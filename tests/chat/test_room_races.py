"""Verbs that meet in one room, with each other and with the writer: its lock puts them in one order."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.activation import reactivate
from accounts.approval import approve
from accounts.models import User
from chat import errors, hub
from chat.actions import members, messages, reactions, rooms
from chat.feeds import Change
from chat.models import Membership, Message, Room
from chat.protocol import commands
from tests.chat.sending import say
from tests.chat.stored import store
from tests.chat.writing import at_once, run_and_disconnect, wait_until, waiting_for_a_lock
from tests.people import make_person

pytestmark = pytest.mark.django_db(transaction=True)


def test_every_change_takes_a_rev_of_its_own(
    alice: User, bob: User, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    store(room, alice, "hello")
    told: list[int] = []

    def publish(room_id: int, changes: Sequence[Change]) -> None:
        told.extend(change.rev for change in changes)

    monkeypatch.setattr(hub, "publish", publish)
    place: dict[str, Any] = {"id": "1", "room": room.pk}

    def edit() -> None:
        for number in range(10):
            command = commands.MessageEdit(**place, seq=1, body=f"hello {number}")
            messages.edit_message(alice.pk, command)

    def react() -> None:
        for number in range(10):
            command = commands.ReactionAdd(**place, seq=1, emoji=chr(0x1F600 + number))
            reactions.add_reaction(bob.pk, command)

    def rename() -> None:
        for number in range(10):
            rooms.update_room(alice.pk, commands.RoomUpdate(**place, name=f"Workshop {number}"))

    def talk() -> None:
        for _ in range(10):
            say(bob, room)

    before = room.last_rev
    at_once(edit, react, rename, talk)
    room.refresh_from_db()
    assert sorted(told) == list(range(before + 1, room.last_rev + 1))
    assert room.last_rev == before + 50
    assert list(Message.objects.order_by("seq").values_list("seq", flat=True)) == [*range(1, 22)]


def test_nothing_is_stored_of_one_who_was_removed_before(
    alice: User, bob: User, room: Room
) -> None:
    def talk() -> None:
        for _ in range(1_000):
            try:
                say(bob, room)
            except errors.NotFound:
                return

    def remove() -> None:
        deadline = time.monotonic() + 10
        while Message.objects.count() < 5:
            assert time.monotonic() < deadline
        command = commands.RoomRemove(id="1", room=room.pk, user=bob.pk)
        members.remove_member(alice.pk, command)

    at_once(talk, remove)
    removal = Membership.objects.get(room=room, user=bob).rev
    assert not Message.objects.filter(author=bob, rev__gt=removal).exists()


def test_of_two_owners_who_step_down_at_once_one_stays(alice: User, bob: User, room: Room) -> None:
    Membership.objects.filter(room=room).update(role=Membership.Role.OWNER)
    refused: list[errors.Conflict] = []

    def step_down(owner: User) -> None:
        command = commands.RoomRole(id="1", room=room.pk, user=owner.pk, role="member")
        try:
            members.change_role(owner.pk, command)
        except errors.Conflict as conflict:
            refused.append(conflict)

    at_once(lambda: step_down(alice), lambda: step_down(bob))
    assert len(refused) == 1


def bring_back(users: QuerySet[User]) -> int:
    return reactivate(users)


def let_in(users: QuerySet[User]) -> int:
    users.update(waits_since=timezone.now())
    return approve(users, actor_id=users.get().pk)


@pytest.mark.parametrize("comes_in", [bring_back, let_in])
def test_who_comes_into_use_waits_for_general_without_holding_their_own_row(
    comes_in: Callable[[QuerySet[User]], int],
) -> None:
    """Else two who wait for each other are ended by PostgreSQL, a second later."""
    dora = make_person("dora")
    general = Room.objects.get(slug="general")
    general.memberships.all().delete()  # as of one whose sign-up was refused
    users = User.objects.filter(pk=dora.pk)
    users.update(is_active=False)
    with ThreadPoolExecutor(1) as thread:
        with transaction.atomic():
            Room.objects.select_for_update(no_key=True).get(pk=general.pk)
            came_in = thread.submit(run_and_disconnect, lambda: comes_in(users))
            wait_until(lambda: waiting_for_a_lock() == 1)
            assert User.objects.select_for_update(nowait=True).get(pk=dora.pk)
        assert came_in.result(10) == 1
    assert general.memberships.active().get().user == dora
