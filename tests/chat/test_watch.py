"""The watch in this process: what is told, what its rounds find, and who comes while their session ends."""

import asyncio
import gc
import weakref
from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts import sign_ins
from accounts.activation import deactivate
from accounts.models import SignIn, User
from accounts.session_engine import SessionStore
from chat import access, database, telegrams, watch
from chat import hub as hubs
from chat.access import Claim, Loss
from chat.actions.sanctions import sanction_everywhere
from chat.hub import Hub
from tests.chat.attending import Tab, gate, outage, until
from tests.chat.test_access import session_of

ROUND_SECONDS, GRACE_SECONDS = watch.ROUND_SECONDS, watch.GRACE_SECONDS  # as they are in earnest
TOLD_WITHIN_SECONDS, FOUND_WITHIN_SECONDS = 1.0, 5.0

pytestmark = pytest.mark.django_db(transaction=True)


class Place:
    """A seat without a network."""

    def __init__(self, user: User, session_key: str) -> None:
        self.user_id = user.pk
        self.session_key = session_key
        self.mark: int | None = None
        self.used_at = 0.0
        self.closed: int | None = None

    def dismiss(self, code: int, reason: str) -> None:
        self.closed = code


@pytest.fixture(autouse=True)
def no_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "GRACE_SECONDS", 0.01)


@pytest.fixture
def rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a hurry."""
    monkeypatch.setattr(watch, "ROUND_SECONDS", 0.05)


@pytest.fixture
def no_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "ROUND_SECONDS", 3600.0)


@pytest.fixture
def untold(monkeypatch: pytest.MonkeyPatch, hub: Hub) -> None:
    """As by another process, or a publish that was lost."""
    monkeypatch.setattr(hubs, "publish_access", lambda user_id: None)


async def sit(hub: Hub, user: User, session_key: str | None = None) -> Place:
    """One who has been here for a while."""
    if session_key is None:
        session_key = await database.run(session_of, user)
    place = Place(user, session_key)
    hub.seats.take(place)
    await hub._watch.prove([place])
    assert place.mark
    return place


async def seen_by_a_round(place: Place) -> None:
    place.mark = None
    await until(lambda: place.mark is not None)


def sign_out(place: Place) -> None:
    SessionStore(place.session_key).flush()


def change_password(place: Place) -> None:
    user = User.objects.get(pk=place.user_id)
    user.set_password("a fresh horse battery")
    user.save(update_fields=["password"])


def close_account(place: Place) -> None:
    deactivate(User.objects.filter(pk=place.user_id))


def ban(place: Place) -> None:
    sanction_everywhere(place.user_id, "ban", "spam")


ENDS = [(sign_out, 4401), (change_password, 4401), (close_account, 4401), (ban, 4403)]
End = Callable[[Place], None]


@pytest.mark.parametrize(("end", "code"), ENDS)
async def test_what_is_told_ends_it_at_once(
    no_rounds: None, hub: Hub, alice: User, bob: User, end: End, code: int
) -> None:
    place, other = await sit(hub, alice), await sit(hub, bob)
    await database.run(end, place)
    await until(lambda: place.closed == code)
    assert other.closed is None


@pytest.mark.parametrize(("end", "code"), ENDS)
async def test_what_another_process_tells_ends_it_too(
    no_rounds: None, untold: None, hub: Hub, alice: User, end: End, code: int
) -> None:
    place = await sit(hub, alice)
    await database.run(end, place)
    hub._receive(telegrams.of_access("another", alice.pk))
    await until(lambda: place.closed == code)


def test_its_times_leave_most_of_what_is_promised_to_a_busy_machine() -> None:
    assert 2 * GRACE_SECONDS < TOLD_WITHIN_SECONDS
    assert ROUND_SECONDS + 2 * GRACE_SECONDS < FOUND_WITHIN_SECONDS


@pytest.mark.parametrize(("end", "code"), ENDS)
async def test_what_nobody_told_is_found(
    rounds: None, untold: None, hub: Hub, alice: User, bob: User, end: End, code: int
) -> None:
    place, other = await sit(hub, alice), await sit(hub, bob)
    await database.run(end, place)
    await until(lambda: place.closed == code)
    assert other.closed is None


async def test_signing_out_ends_one_session_of_several(
    no_rounds: None, hub: Hub, alice: User
) -> None:
    phone, laptop = await sit(hub, alice), await sit(hub, alice)
    tab = await sit(hub, alice, laptop.session_key)
    await database.run(sign_out, laptop)
    await until(lambda: laptop.closed == tab.closed == 4401)
    assert phone.closed is None


async def test_a_deactivated_user_is_found_in_every_part_of_a_round(
    rounds: None, untold: None, hub: Hub, alice: User, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "PART", 2)
    key = await database.run(session_of, alice)
    places = [await sit(hub, alice, key) for _ in range(5)]
    await database.run(close_account, places[0])
    await until(lambda: all(place.closed for place in places))


async def test_one_who_never_attends_is_found_on_a_round(
    rounds: None, hub: Hub, alice: User
) -> None:
    place = Place(alice, await database.run(session_of, alice))
    await database.run(Session.objects.all().delete)
    hub.seats.take(place)
    await until(lambda: place.closed == 4401)


async def test_those_who_left_last_are_not_held_on_to(rounds: None, hub: Hub, alice: User) -> None:
    place = await sit(hub, alice)
    await seen_by_a_round(place)
    last = weakref.ref(place)
    hub.seats.leave(place)
    del place
    await until(lambda: gc.collect() >= 0 and last() is None)


async def test_one_whose_session_ends_before_they_are_subscribed_is_found_before_the_welcome(
    no_rounds: None, hub: Hub, alice: User
) -> None:
    place = await sit(hub, alice)
    await database.run(Session.objects.all().delete)
    tab = Tab(alice)
    await hub.user_feeds.attend(tab.attendance)
    assert place.closed == 4401
    tab.attendance.end()


async def test_one_whose_session_ends_while_it_is_proved_is_proved_again(
    no_rounds: None, hub: Hub, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The examination that is under way has read that all is well; then the session ends and it is told."""
    reading = gate(monkeypatch, access, "examine")
    place = Place(alice, await database.run(session_of, alice))
    hub.seats.take(place)
    hub._watch.prove_soon([place])
    await reading.reached()
    await database.run(close_account, place)
    reading.open()
    await until(lambda: place.closed == 4401)


async def test_all_that_come_at_once_are_proved_together(
    no_rounds: None, hub: Hub, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading = gate(monkeypatch, access, "examine")
    key = await database.run(session_of, alice)
    first = Place(alice, key)
    hub.seats.take(first)
    hub._watch.prove_soon([first])
    await reading.reached()
    asked: list[int] = []
    examine = access.examine

    def counting(claims: Sequence[Claim]) -> list[int | Loss]:
        asked.append(len(claims))
        return examine(claims)

    monkeypatch.setattr(access, "examine", counting)
    others = [Place(alice, key) for _ in range(10)]
    for place in others:
        hub.seats.take(place)
        hub._watch.prove_soon([place])
    reading.open()
    await until(lambda: all(place.mark for place in others))
    assert asked == [10]


async def test_while_the_database_is_away_nobody_is_sent_away(
    rounds: None, hub: Hub, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = await sit(hub, alice)
    outage(monkeypatch, access, "examine")
    await until(lambda: access.examine._passes < 0)  # type: ignore[attr-defined]
    assert place.closed is None
    await database.run(close_account, place)
    await until(lambda: place.closed == 4401)


async def test_one_who_is_told_twice_or_has_left_is_no_trouble(
    no_rounds: None, hub: Hub, alice: User
) -> None:
    place, gone = await sit(hub, alice), await sit(hub, alice)
    hub.publish_access(alice.pk)
    hub.publish_access(alice.pk)
    hub.seats.leave(gone)
    await database.run(close_account, place)
    await until(lambda: place.closed)
    assert gone.closed is None
    await asyncio.sleep(0)


async def test_a_round_notes_whose_sessions_are_in_use(
    rounds: None, hub: Hub, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = await sit(hub, alice)
    long_ago = timezone.now() - timedelta(days=2)
    sign_in = SignIn(user=alice, session_key=place.session_key, seen_at=long_ago)
    await database.act(sign_in.save)
    monkeypatch.setattr(sign_ins, "_noted", {place.session_key: 0.0})
    await until(lambda: sign_ins._noted[place.session_key] > 0)
    await database.run(sign_in.refresh_from_db)
    assert sign_in.seen_at > long_ago
