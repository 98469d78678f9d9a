"""What SQLite does to the writer: a database that may only be read, and a full disk."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection

from accounts.models import User
from chat import errors
from chat.models import Message, Room
from chat.protocol.results import SendResult
from chat.writer import Writer
from tests.chat.sending import draft
from tests.chat.writing import send

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def opened_with(pragma: str) -> Iterator[None]:
    """Holds for the connections that are opened meanwhile: the writer's, whose thread is new."""
    options = connection.settings_dict["OPTIONS"]
    usual = options["init_command"]
    options["init_command"] = f"{usual} PRAGMA {pragma};"
    try:
        yield
    finally:
        options["init_command"] = usual


def test_a_database_that_may_only_be_read_is_unavailable_and_then_works_again(
    writer: Writer, bob: User, room: Room
) -> None:
    command = draft(room)
    with opened_with("query_only = on"):
        assert isinstance(send(writer, bob, command).result(10), errors.Unavailable)
        assert not Message.objects.exists()
    assert isinstance(send(writer, bob, command).result(10), SendResult)


def test_a_full_disk_is_unavailable_and_then_works_again(
    writer: Writer, bob: User, room: Room
) -> None:
    connection.cursor().execute("VACUUM")  # no free page is left inside the file
    command = draft(room, "x" * 4_000)
    with opened_with("max_page_count = 1"):  # the size it has
        refused = send(writer, bob, command).result(10)
    assert isinstance(refused, errors.Unavailable)
    assert refused.retry_after
    assert not Message.objects.exists()
    assert isinstance(send(writer, bob, command).result(10), SendResult)
