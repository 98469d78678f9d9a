"""One's name and status, and who is told that they changed."""

from typing import Any

import pytest
from django.db import connection

from accounts.models import User
from accounts.signals import profile_changed
from chat import database, errors
from chat import hub as hubs
from chat.actions.profiles import tell_profile, update_profile
from chat.actions.sanctions import sanction_everywhere
from chat.models import Room, Sanction
from chat.profile_news import Profile
from chat.protocol.commands import ProfileUpdate
from chat.protocol.shapes import User as UserShape
from chat.user_feeds import UserChange
from tests.chat.attending import remove
from tests.people import make_room

pytestmark = pytest.mark.django_db(transaction=True)

BIDI = "Bob\u202egnp.exe"
PILE = "o" + "\u0301\u0316" * 5_000  # marks of two classes: to put them in order takes seconds


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch, room: Room) -> list[Profile]:
    profiles: list[Profile] = []
    monkeypatch.setattr(hubs, "publish_profile", profiles.append)
    return profiles


@pytest.fixture
def told_users(monkeypatch: pytest.MonkeyPatch, room: Room) -> list[UserChange]:
    changes: list[UserChange] = []
    monkeypatch.setattr(hubs, "publish_user", changes.append)
    return changes


def update(user: User, **fields: Any) -> UserShape:
    return update_profile(user.pk, ProfileUpdate(id="1", **fields)).user


def test_a_new_name_is_told_to_those_in_ones_rooms(
    bob: User, room: Room, told: list[Profile], told_users: list[UserChange]
) -> None:
    assert update(bob, name="  Robert   Ǻ ").name == "Robert Ǻ"
    (profile,) = told
    assert b'"name":"Robert \xc7\xba"' in profile.payload
    assert room.pk in profile.room_ids
    assert [(change.user_id, change.room_ids) for change in told_users] == [(bob.pk, ())]


def test_a_status_is_set_and_taken_away(bob: User, told: list[Profile]) -> None:
    assert update(bob, status_text="在开会 🍵").status_text == "在开会 🍵"
    assert update(bob, status_text=" ").status_text == ""
    assert len(told) == 2


def test_what_is_not_given_stays(bob: User) -> None:
    update(bob, status_text="away")
    user = update(bob, name="Robert")
    assert (user.name, user.status_text) == ("Robert", "away")


def test_the_same_again_tells_nobody(bob: User, told: list[Profile]) -> None:
    update(bob, name="Robert", status_text="away")
    update(bob, name="Robert", status_text="away")
    assert len(told) == 1


def test_a_setting_is_nobody_elses_business(bob: User, told: list[Profile]) -> None:
    update(bob, dnd_until="2126-01-31T09:30:00.000Z")
    assert told == []


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"name": ""}, errors.BadRequest),
        ({"name": BIDI}, errors.BadRequest),
        ({"name": "Adm\u200bin"}, errors.BadRequest),
        ({"name": "admin"}, errors.BadRequest),
        ({"name": "o" + "\u0301" * 6}, errors.BadRequest),
        ({"name": PILE}, errors.TooLong),
        ({"name": "x" * 51}, errors.TooLong),
        ({"status_text": BIDI}, errors.BadRequest),
        ({"status_text": "two\nlines"}, errors.BadRequest),
        ({"status_text": PILE}, errors.TooLong),
        ({"status_text": "x" * 101}, errors.TooLong),
    ],
)
def test_what_would_hide_something_is_refused(
    bob: User, told: list[Profile], fields: dict[str, str], kind: type[errors.ChatError]
) -> None:
    with pytest.raises(kind):
        update(bob, **fields)
    assert told == []


def test_what_is_decomposed_is_counted_as_it_is_stored(bob: User) -> None:
    assert update(bob, name="e\u0323\u0302" * 50).name == "ệ" * 50


def test_one_refused_field_changes_nothing(bob: User) -> None:
    with pytest.raises(errors.BadRequest):
        update(bob, name="Robert", status_text=BIDI)
    assert User.objects.get(pk=bob.pk).name == "Bob"


def test_who_is_banned_or_gone_changes_nothing(bob: User, carol: User) -> None:
    sanction_everywhere(bob.pk, Sanction.Kind.BAN, "spam")
    User.objects.filter(pk=carol.pk).update(is_active=False)
    for user, kind in ((bob, errors.Forbidden), (carol, errors.NotFound)):
        with pytest.raises(kind):
            update(user, name="Robert")


async def test_those_who_share_a_room_that_one_left_are_told_too(
    alice: User, bob: User, room: Room, told: list[Profile]
) -> None:
    await remove(alice, room, bob)
    await database.run(lambda: update(bob, name="Robert"))
    assert room.pk in told[0].room_ids


def test_what_accounts_write_is_told(bob: User, told: list[Profile]) -> None:
    User.objects.filter(pk=bob.pk).update(avatar="avatars/bob.webp")
    profile_changed.send(sender=User, user_id=bob.pk)
    assert b"bob.webp" in told[0].payload


def test_to_tell_costs_the_same_however_many_rooms(
    alice: User, bob: User, django_assert_num_queries: Any
) -> None:
    for at in range(20):
        make_room(alice, bob, name=f"Room {at}")
    keeping = connection.vendor == "postgresql"  # SQLite has no rows to lock
    with django_assert_num_queries(6 + keeping):  # two of them begin and end
        tell_profile(bob.pk)
