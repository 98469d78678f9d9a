"""How many rooms one may make, and so have others in."""

import pytest

from accounts.models import User
from chat import errors, limits
from chat.actions.direct import open_direct
from chat.actions.rooms import open_room
from chat.models import Room
from chat.protocol.commands import RoomCreate

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def openings(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everybody may make two."""
    monkeypatch.setattr(limits, "_openings", limits.UserBuckets(rate=0.001, burst=2))


def create(actor: User, name: str) -> None:
    open_room(actor.pk, RoomCreate(id="1", kind="private", name=name))


def test_who_opens_rooms_without_end_is_stopped_and_told_for_how_long(
    alice: User, bob: User, carol: User
) -> None:
    open_direct(alice.pk, [bob.pk])
    create(alice, "Trap")
    with pytest.raises(errors.RateLimited) as refusal:
        open_direct(alice.pk, [bob.pk, carol.pk])
    assert refusal.value.retry_after
    with pytest.raises(errors.RateLimited):
        create(alice, "Another")
    assert Room.objects.filter(created_by=alice).count() == 2


def test_what_is_there_opens_as_often_as_one_likes(alice: User, bob: User) -> None:
    for _ in range(9):
        open_direct(alice.pk, [bob.pk])
    assert open_direct(bob.pk, [alice.pk]).room.kind == "direct"


def test_each_has_their_own(alice: User, bob: User, carol: User) -> None:
    open_direct(alice.pk, [alice.pk])
    open_direct(alice.pk, [carol.pk])
    assert open_direct(bob.pk, [carol.pk])
