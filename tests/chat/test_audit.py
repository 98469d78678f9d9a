"""The audit log is added to and never changed, and says who, what, whom, why and from where."""

from collections.abc import Callable
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Permission
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.test import Client
from pytest_django import Settings

from accounts import two_factor
from accounts.activation import deactivate, reactivate
from accounts.models import User
from accounts.origin import coming_from
from chat.actions import members, rooms
from chat.actions.audit import record
from chat.models import AuditEntry, Room
from chat.protocol.commands import RoomArchive, RoomRestore, RoomRole, RoomUpdate
from tests.chat.moderators import make_owner

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_collected_files(settings: Settings, tmp_path: Path) -> None:
    """Nobody has collected static files for this run."""
    settings.STATIC_ROOT = tmp_path


@pytest.fixture
def entry(alice: User) -> AuditEntry:
    record("room.archive", actor_id=alice.pk, reason="over")
    return AuditEntry.objects.get()


CHANGES: list[Callable[[AuditEntry], object]] = [
    lambda entry: entry.save(),
    lambda entry: entry.save(update_fields=["reason"]),
    lambda entry: entry.save_base(),
    lambda entry: entry.save_base(raw=True),  # as fixtures are loaded
    lambda entry: entry.delete(),
    lambda entry: AuditEntry.objects.update(reason="never"),
    lambda entry: AuditEntry.objects.all().delete(),
    lambda entry: AuditEntry.objects.all()._raw_delete("default"),
    lambda entry: AuditEntry._base_manager.update(reason="never"),
    lambda entry: AuditEntry._base_manager.all().delete(),
    lambda entry: AuditEntry.objects.bulk_update([entry], ["reason"]),
    lambda entry: AuditEntry.objects.bulk_create([entry], None, False, True, ["reason"], ["id"]),
    lambda entry: AuditEntry.objects.bulk_create([entry], ignore_conflicts=True),
    lambda entry: AuditEntry.objects.bulk_create(
        [entry], update_conflicts=True, unique_fields=["id"], update_fields=["reason"]
    ),
    lambda entry: AuditEntry.objects.update_or_create(pk=entry.pk, defaults={"reason": "never"}),
]


@pytest.mark.parametrize("change", CHANGES)
def test_an_entry_stays_as_it_is(entry: AuditEntry, change: Callable[[AuditEntry], object]) -> None:
    entry.reason = "never"
    with pytest.raises(TypeError, match="only added to"), transaction.atomic():
        change(entry)
    assert AuditEntry.objects.get().reason == "over"


@pytest.mark.parametrize(
    "add", [AuditEntry.save, lambda one: AuditEntry.objects.bulk_create([one])]
)
def test_no_new_entry_takes_the_place_of_one(
    entry: AuditEntry, add: Callable[[AuditEntry], object]
) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        add(AuditEntry(pk=entry.pk, action=entry.action, reason="never"))
    assert AuditEntry.objects.get().reason == "over"


def test_a_room_that_is_told_of_is_not_deleted(alice: User, room: Room) -> None:
    record("room.archive", actor_id=alice.pk, room=room)
    with pytest.raises(ProtectedError):
        room.delete()
    assert AuditEntry.objects.get().room == room


@pytest.mark.parametrize("way", ["add", "change", "delete"])
def test_no_page_of_the_admin_changes_it_even_for_an_owner(
    client: Client, entry: AuditEntry, way: str
) -> None:
    owner = make_owner()
    owner.user_permissions.set(Permission.objects.filter(codename__endswith="auditentry"))
    client.force_login(owner)
    page = "add" if way == "add" else f"{entry.pk}/{way}"
    form = {"action": "delete_selected", "reason": "never", "post": "yes"}
    assert client.post(f"/admin/chat/auditentry/{page}/", form).status_code == 403
    client.post("/admin/chat/auditentry/", form | {"_selected_action": str(entry.pk)})
    assert AuditEntry.objects.get().reason == "over"


def test_it_says_where_an_act_was_asked_for(alice: User, room: Room) -> None:
    with coming_from("2001:DB8::7"):
        rooms.archive_room(alice.pk, RoomArchive(id="1", room=room.pk))
    rooms.restore_room(alice.pk, RoomRestore(id="1", room=room.pk))
    found = AuditEntry.objects.order_by("pk").values_list("action", "address")
    assert list(found) == [("room.archive", "2001:db8::7"), ("room.restore", None)]


def test_what_is_no_address_is_none(alice: User) -> None:
    with coming_from("unix"):
        record("room.archive", actor_id=alice.pk)
    assert AuditEntry.objects.get().address is None


def test_what_keepers_of_a_room_change_of_it_is_recorded(
    alice: User, bob: User, room: Room
) -> None:
    rooms.update_room(alice.pk, RoomUpdate(id="1", room=room.pk, topic="Tea", slow_mode=5))
    rooms.update_room(alice.pk, RoomUpdate(id="2", room=room.pk, topic="Tea"))
    command = RoomRole(id="3", room=room.pk, user=bob.pk, role="moderator")
    members.change_role(alice.pk, command)
    found = AuditEntry.objects.order_by("pk").values_list("action", "details")
    assert list(found) == [
        ("room.update", {"topic": "Tea", "slow_mode": 5}),
        ("room.role", {"from": "member", "to": "moderator"}),
    ]


def test_closing_and_opening_an_account_is_recorded_once(alice: User, bob: User) -> None:
    for _ in range(2):
        deactivate(User.objects.filter(pk=bob.pk), actor_id=alice.pk, reason="gone")
    reactivate(User.objects.filter(pk=bob.pk))
    found = AuditEntry.objects.order_by("pk").values_list("action", "actor", "user", "reason")
    assert list(found) == [
        ("user.deactivate", alice.pk, bob.pk, "gone"),
        ("user.reactivate", None, bob.pk, ""),
    ]


def test_taking_the_second_step_from_an_account_is_recorded_once(bob: User) -> None:
    Authenticator.objects.create(user=bob, type=Authenticator.Type.TOTP, data={})
    for _ in range(2):
        two_factor.reset(bob)
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor, entry.user) == ("user.reset_two_factor", None, bob)
