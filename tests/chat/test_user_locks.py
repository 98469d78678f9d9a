"""Transactions that meet at the rows of users: nobody waits for somebody who waits for them."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import transaction

from accounts import locks
from accounts.activation import deactivate
from accounts.editing import edit
from accounts.erasure import anonymise
from accounts.models import User
from accounts.presence import note_seen
from chat.actions import blocks, messages, reports
from chat.actions.audit import record
from chat.message_store import present
from chat.models import Message, Report, Room, Sanction
from chat.protocol import commands
from chat.user_revs import next_user_revs
from tests.chat.moderators import make_moderator, make_owner
from tests.chat.sending import say
from tests.chat.stored import complain
from tests.chat.writing import at_once, run_and_disconnect, wait_until, waiting_for_a_lock
from tests.people import make_room

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def quarrel(room: Room, alice: User, bob: User, carol: User) -> list[Message]:
    """Alice and Bob name each other, each in another room."""
    say(alice, room, "buy from me, not from @bob")
    say(bob, make_room(carol, alice, bob, name="Cellar"), "buy from me, not from @alice")
    return list(Message.objects.filter(kind="text").order_by("pk"))


@pytest.mark.parametrize("decision", [Report.Decision.MUTED, Report.Decision.BANNED])
def test_two_decide_at_once_about_people_who_name_each_other(
    quarrel: list[Message], carol: User, decision: Report.Decision, monkeypatch: pytest.MonkeyPatch
) -> None:
    come: list[str] = []

    def meet(*what: Any, **more: Any) -> None:
        """Neither ends before the other has judged as well, or waits until it may."""
        come.append("")
        wait_until(lambda: len(come) == 2 or waiting_for_a_lock() == 1)
        record(*what, **more)

    monkeypatch.setattr(reports, "record", meet)
    deciders = iter([make_moderator("mona"), make_moderator("milo")])
    at_once(*(decides(next(deciders), one, carol, decision) for one in quarrel))
    judged = Sanction.objects.filter(room=None).values_list("user", flat=True)
    assert set(judged) == {message.author_id for message in quarrel}


def decides(
    moderator: User, message: Message, reporter: User, decision: Report.Decision
) -> Callable[[], None]:
    report = complain(message, reporter, reason="Advertising.")
    return lambda: reports.decide_report(moderator.pk, report, decision)


def delete_what_names_alice(alice: User, bob: User, carol: User) -> None:
    message = Message.objects.get(author=bob)
    command = commands.MessageDelete(id="1", room=message.room_id, seq=message.seq)
    messages.delete_message(carol.pk, command)


def block(alice: User, bob: User, carol: User) -> None:
    blocks.set_block(alice.pk, commands.BlockSet(id="1", user=bob.pk))


def see_both_leave(alice: User, bob: User, carol: User) -> None:
    note_seen([alice.pk, bob.pk], present())


def tell_both(alice: User, bob: User, carol: User) -> None:
    with transaction.atomic():
        next_user_revs({alice.pk, bob.pk})


@pytest.fixture
def thread() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as thread:
        yield thread


@pytest.mark.parametrize("work", [delete_what_names_alice, block, see_both_leave, tell_both])
@pytest.mark.usefixtures("quarrel")
def test_what_concerns_one_who_is_being_judged_holds_up_nobody_else(
    alice: User, bob: User, carol: User, work: Callable[..., None], thread: ThreadPoolExecutor
) -> None:
    """A decision has taken Bob's row, and numbers Alice's next."""
    with transaction.atomic():
        User.objects.select_for_update().get(pk=bob.pk)
        done = thread.submit(run_and_disconnect, lambda: work(alice, bob, carol))
        wait_until(lambda: waiting_for_a_lock() == 1)
        assert User.objects.select_for_update(no_key=True, nowait=True).get(pk=alice.pk)
    done.result(10)


def rename(alice: User, olga: User) -> None:
    edit(olga.pk, alice.pk, {"name": "Al"})


def give_another_address(alice: User, olga: User) -> None:
    edit(olga.pk, alice.pk, {"email": "alice@x.org"})


def erase(alice: User, olga: User) -> None:
    anonymise(alice.pk)


@pytest.mark.parametrize("work", [rename, give_another_address, erase])
def test_somebodys_account_is_written_while_they_are_told_of_something(
    alice: User, work: Callable[..., None], thread: ThreadPoolExecutor
) -> None:
    """Username and address are keys of the row: who writes them waits for all who keep it."""
    olga = make_owner()
    with transaction.atomic():
        locks.keep({alice.pk})
        done = thread.submit(run_and_disconnect, lambda: work(alice, olga))
        wait_until(lambda: done.done() or waiting_for_a_lock() == 1)
        next_user_revs({alice.pk})
    done.result(10)
    assert User.objects.get(pk=alice.pk).rev > alice.rev


def test_many_are_deactivated_while_one_of_them_writes_of_another(
    alice: User, bob: User, thread: ThreadPoolExecutor
) -> None:
    both = User.objects.filter(pk__in=[alice.pk, bob.pk])
    with transaction.atomic():
        locks.keep({bob.pk})
        done = thread.submit(run_and_disconnect, lambda: deactivate(both))
        wait_until(lambda: done.done() or waiting_for_a_lock() == 1)
        locks.keep({alice.pk})
    assert done.result(10) == 2
    assert not both.filter(is_active=True).exists()
