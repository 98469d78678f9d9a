"""What only one of many may have, asked for by all at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from accounts import invitations, setup
from accounts.activation import deactivate
from accounts.models import Invitation, User
from accounts.registration import register
from tests.client import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)

MANY = 4


def at_once(work: Callable[[int], object]) -> int:
    """How many of the many succeed; the others must be refused in words."""
    start = Barrier(MANY)

    def run(number: int) -> bool:
        start.wait()
        try:
            work(number)
        except ValidationError:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(MANY) as threads:
        return sum(threads.map(run, range(MANY)))


def test_one_becomes_the_owner() -> None:
    assert at_once(lambda n: setup.make_owner(username=f"olga{n}", password=PASSWORD)) == 1
    assert User.objects.get().is_superuser


def test_one_gets_the_username() -> None:
    assert at_once(lambda n: register(username="dora", password=PASSWORD)) == 1


def test_one_gets_the_address() -> None:
    assert at_once(lambda n: register(username=f"d{n}x", password=None, email="d@x.org")) == 1


def test_one_gets_the_last_use_of_an_invitation() -> None:
    invitation = Invitation.objects.create(max_uses=1)

    def sign_up(number: int) -> None:
        redeem = partial(invitations.redeem, invitation.code)
        register(username=f"dora{number}", password=None, guard=redeem)

    assert at_once(sign_up) == 1
    invitation.refresh_from_db()
    assert invitation.uses == User.objects.count() == 1


def test_one_owner_stays_where_each_deactivates_another() -> None:
    owners = [register(username=f"olga{n}", password=None, is_superuser=True) for n in range(MANY)]

    def close_next(number: int) -> None:
        actor, other = owners[number], owners[(number + 1) % MANY]
        deactivate(User.objects.filter(pk=other.pk), actor_id=actor.pk)

    assert at_once(close_next) == MANY - 1
    assert User.objects.filter(is_superuser=True, is_active=True).count() == 1
