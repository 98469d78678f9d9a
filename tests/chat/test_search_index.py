from itertools import islice

import pytest
from django.core.management import call_command
from django.db import connection

from accounts.models import User
from chat import search_index
from chat.models import Message, Room, SearchEntry
from chat.search_index import postgres
from chat.search_index.postgres import SPANS
from tests.chat.stored import store

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def stored(room: Room, alice: User) -> list[int]:
    """The ids of three messages that are in no index."""
    store(room, alice, "one", "two", "three")
    SearchEntry.objects.all().delete()
    return list(Message.objects.filter(room=room).order_by("pk").values_list("pk", flat=True))


def look_up(
    room: Room,
    *groups: list[str],
    limit: int = 10,
    span: range = range(2**18),
    newest: int = 2**18,
) -> list[int]:
    return list(islice(search_index.look_up([room.pk], groups, span, newest), limit))


def entries() -> dict[int, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rowid, tokens FROM chat_searchentry")
        return dict(cursor.fetchall())


def put(room: Room, pk: int, *tokens: str) -> None:
    search_index.write({pk: " ".join(f"{room.pk}{token}" for token in tokens)})


def test_what_is_found_has_one_token_of_every_group(room: Room, stored: list[int]) -> None:
    one, two, three = stored
    put(room, one, ".red", "@1")
    put(room, two, ".red", "@2")
    put(room, three, ".blue", "@2")
    assert look_up(room, [".red"]) == [two, one]
    assert look_up(room, ["@1", "@2"]) == [three, two, one]
    assert look_up(room, [".red"], ["@2", "@3"]) == [two]
    assert look_up(room, [".red"], [".blue"]) == []


def test_the_newest_come_first_and_no_more_than_asked_for(room: Room, stored: list[int]) -> None:
    for pk in stored:
        put(room, pk, ".red")
    assert look_up(room, [".red"], limit=2) == stored[:0:-1]
    assert look_up(room, [".red"], span=range(stored[0], stored[2])) == stored[1::-1]


def test_another_room_is_not_looked_into(room: Room, stored: list[int]) -> None:
    put(room, stored[0], ".red")
    assert list(search_index.look_up([room.pk + 1], [[".red"]], range(2**18), 2**18)) == []
    both = [room.pk + 1, room.pk]
    assert list(search_index.look_up(both, [[".red"]], range(2**18), 2**18)) == stored[:1]


def test_of_many_rooms_each_is_looked_into_and_no_other(stored: list[int]) -> None:
    """A message has the words of its own room, not one of another's and the other of a third's."""
    for pk, entry in zip(stored, ("1.red 1.blue", "2.red", "30.red 30.blue"), strict=True):
        search_index.write({pk: entry})
    groups = [[".red"], [".blue"]]
    assert list(search_index.look_up(range(1, 40), groups, range(2**18), 2**18)) == stored[::-2]
    assert list(search_index.look_up(range(2, 30), groups, range(2**18), 2**18)) == []


def test_an_entry_that_is_written_again_takes_the_place_of_the_first(
    room: Room, stored: list[int]
) -> None:
    put(room, stored[0], ".red")
    put(room, stored[0], ".blue")
    assert look_up(room, [".red"]) == []
    assert look_up(room, [".blue"]) == stored[:1]
    assert search_index.read(stored) == {stored[0]: {f"{room.pk}.blue"}}


def test_an_entry_that_is_taken_away_leaves_nothing(room: Room, stored: list[int]) -> None:
    put(room, stored[0], ".secret")
    search_index.write({stored[0]: None})
    assert look_up(room, [".secret"]) == []
    assert search_index.read(stored) == {}


def test_a_message_takes_its_entry_along(room: Room, stored: list[int]) -> None:
    put(room, stored[0], ".red")
    Message.objects.filter(pk=stored[0]).delete()
    assert not SearchEntry.objects.exists()


@pytest.mark.parametrize("newest", [1, 2**30])
def test_a_span_may_begin_and_end_anywhere(room: Room, alice: User, newest: int) -> None:
    """Whether it is all there is or a small part."""
    store(room, alice, "one")
    SearchEntry.objects.all().delete()
    era, *_, largest = SPANS
    ids = [era - 1, era, 3 * era, largest]
    for pk in ids:
        Message.objects.filter(room=room).update(id=pk)
        put(room, pk, ".red")
    spans = {
        range(era, 3 * era): ids[1:2],
        range(era - 1, era): ids[:1],
        range(1, largest): ids[2::-1],
        range(largest, 2 * largest): ids[3:],
        range(3 * largest): ids[::-1],
    }
    found = {span: look_up(room, [".red"], span=span, newest=newest) for span in spans}
    assert found == spans


def test_what_is_too_much_to_be_gathered_is_found_part_by_part(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "MOST", 1)
    ids = [2, 70_000, 150_000, 260_000]
    for pk in ids:
        put(room, pk, ".red")
    assert look_up(room, [".red"]) == ids[::-1]


def test_the_eras_of_stored_messages_can_be_named_otherwise(room: Room, alice: User) -> None:
    store(room, alice, "one", "two")
    ids = list(Message.objects.filter(room=room).values_list("pk", flat=True))
    before = entries()
    call_command("migrate", "chat", "0012", verbosity=0)
    call_command("migrate", "chat", verbosity=0)
    assert entries() == before
    assert sorted(look_up(room, [f"@{alice.pk}"])) == sorted(ids)


def test_the_migration_can_be_taken_back(db: None) -> None:
    call_command("migrate", "chat", "0004", verbosity=0)
    assert "chat_searchentry" not in connection.introspection.table_names()
    call_command("migrate", "chat", verbosity=0)
    assert not SearchEntry.objects.exists()
