"""What the database says of those who are connected."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings as site
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.activation import deactivate, reactivate
from accounts.models import User
from chat.access import Claim, Loss, examine
from chat.actions.sanctions import lift_everywhere, sanction_everywhere
from chat.models import Room, Sanction

pytestmark = pytest.mark.django_db


def session_of(user: User) -> str:
    client = Client()
    client.force_login(user)
    return client.cookies[site.SESSION_COOKIE_NAME].value


def claim_of(user: User) -> Claim:
    """As of one who has been connected for a while."""
    key = session_of(user)
    (mark,) = examine([Claim(key, user.pk, None)])
    assert isinstance(mark, int)
    return Claim(key, user.pk, mark)


def end_session(claim: Claim) -> None:
    Session.objects.filter(session_key=claim.session_key).delete()


def let_it_expire(claim: Claim) -> None:
    sessions = Session.objects.filter(session_key=claim.session_key)
    sessions.update(expire_date=timezone.now() - timedelta(seconds=1))


def change_password(claim: Claim) -> None:
    user = User.objects.get(pk=claim.user_id)
    user.set_password("a fresh horse battery")
    user.save(update_fields=["password"])


def close_account(claim: Claim) -> None:
    deactivate(User.objects.filter(pk=claim.user_id))


def ban(claim: Claim) -> None:
    sanction_everywhere(claim.user_id, "ban", "spam")


ENDS = [end_session, let_it_expire, change_password, close_account]


@pytest.mark.parametrize("end", ENDS)
def test_what_ends_a_session_is_found(alice: User, end: Callable[[Claim], None]) -> None:
    claim = claim_of(alice)
    assert examine([claim]) == [claim.mark]
    end(claim)
    assert examine([claim]) == [Loss.SIGNED_OUT]


@pytest.mark.parametrize("end", ENDS)
def test_it_is_found_of_one_who_has_just_come(alice: User, end: Callable[[Claim], None]) -> None:
    claim = Claim(session_of(alice), alice.pk, None)
    end(claim)
    assert examine([claim]) == [Loss.SIGNED_OUT]


def test_signing_out_ends_one_session_only(alice: User) -> None:
    here, there = claim_of(alice), claim_of(alice)
    end_session(here)
    assert examine([here, there]) == [Loss.SIGNED_OUT, there.mark]


def test_nobody_elses_session_will_do(alice: User, bob: User) -> None:
    assert examine([Claim(session_of(alice), bob.pk, None)]) == [Loss.SIGNED_OUT]


def test_who_signed_in_with_the_new_password_stays(alice: User) -> None:
    old = claim_of(alice)
    change_password(old)
    alice.refresh_from_db()
    new = claim_of(alice)
    assert examine([old, new]) == [Loss.SIGNED_OUT, new.mark]


def test_an_account_that_is_back_in_use_has_its_sessions_again(alice: User) -> None:
    claim = claim_of(alice)
    close_account(claim)
    reactivate(User.objects.all())
    assert examine([claim]) == [claim.mark]


def test_a_ban_from_the_site_is_another_reason(alice: User) -> None:
    claim = claim_of(alice)
    ban(claim)
    assert examine([claim]) == [Loss.BANNED]
    lift_everywhere(alice.pk, "ban")
    assert examine([claim]) == [claim.mark]


def test_a_ban_ends_at_its_time(alice: User) -> None:
    claim = claim_of(alice)
    ban(claim)
    Sanction.objects.update(until=timezone.now() - timedelta(seconds=1))
    assert examine([claim]) == [claim.mark]


def test_a_ban_from_a_room_or_a_mute_lets_one_stay(alice: User, room: Room) -> None:
    claim = claim_of(alice)
    Sanction.objects.create(user=alice, room=room, kind="ban", reason="noise")
    sanction_everywhere(alice.pk, "mute", "noise")
    assert examine([claim]) == [claim.mark]


def test_one_query_does_for_all(
    alice: User, bob: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    claims = [claim_of(user) for user in (alice, alice, bob)]
    with django_assert_num_queries(1):
        assert examine(claims) == [claim.mark for claim in claims]
