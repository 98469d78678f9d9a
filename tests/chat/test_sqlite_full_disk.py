"""A disk that is full in the middle of a command; PostgreSQL's is its server's own matter."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from accounts.models import User
from chat.models import Message, Room
from tests.chat.operating import begin_the_log_anew, run, run_apart
from tests.chat.sending import say
from tests.chat.stored import store
from tests.chat.verifying import verify

pytestmark = pytest.mark.django_db(transaction=True)

FILE_BYTES = 4_096  # not even the first change
SOME_BATCHES = 400_000
MESSAGES = 300


def test_of_what_is_pruned_nothing_is_half_done(room: Room, alice: User) -> None:
    say(alice, room)
    long_ago = datetime.now(UTC) - timedelta(days=9)
    Message.objects.filter(room=room).update(at=long_ago)
    Room.objects.filter(pk=room.pk).update(retention_days=7, last_message_at=long_ago)
    connection.close()
    result = run_apart("prune_messages", "--go", file_bytes=FILE_BYTES)
    assert result.returncode == 1
    assert result.stderr.startswith("CommandError: The database fails: ")
    assert result.stderr.count("\n") == 1
    assert Message.objects.filter(room=room).count() == 1
    assert verify()[0] == 0


def test_in_the_middle_what_was_pruned_is_gone_and_the_rest_is_whole(
    room: Room, alice: User
) -> None:
    store(room, alice, *(f"message {n} " * 20 for n in range(MESSAGES)))
    Room.objects.filter(pk=room.pk).update(retention_days=7)
    begin_the_log_anew()
    result = run_apart("prune_messages", "--go", file_bytes=SOME_BATCHES)
    assert (result.returncode, result.stderr.count("\n")) == (1, 1)
    assert 0 < Message.objects.filter(room=room).count() < MESSAGES
    assert verify()[0] == 0
    run("prune_messages", "--go")
    assert not Message.objects.filter(room=room).exists()


def test_who_is_being_erased_can_be_erased_again(room: Room, bob: User) -> None:
    say(bob, room)
    connection.close()
    result = run_apart("erase_user", "bob", "--go", file_bytes=FILE_BYTES)
    assert (result.returncode, result.stderr.count("\n")) == (1, 1)
    run("erase_user", "bob", "--go")
    assert not Message.objects.filter(author=bob, deleted_at=None).exists()
