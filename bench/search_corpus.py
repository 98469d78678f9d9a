"""The corpus of `bench.search`: people who talk in English and Chinese, in rooms of very different sizes.

Words are as frequent as in life (the most frequent is in every third message, most are in a few). ELSEWHERE
is said in every third message of the rooms that the searcher is not in, and in none of their own.
"""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import accumulate, islice
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, transaction

from accounts.models import User
from accounts.registration import register
from chat import search_index
from chat.actions.rooms import add_member, create_room
from chat.actions.search_index import merge_leftovers
from chat.models import Message, Room
from chat.search_index.words import terms

PEOPLE, ROOMS, OWN_ROOMS = 100, 200, 20
BATCH = 5_000
ELSEWHERE = "elsewhere"
FREQUENT = (
    *("the", "of", "and", "to", "in", "is", "it", "you", "that", "for"),
    *("on", "with", "as", "are", "be", "this", "have", "from", "or", "one"),
)
HAN = "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里"
START = datetime(2025, 1, 1, tzinfo=UTC)

INSERT = """
INSERT INTO chat_message
(id, room_id, seq, rev, created_rev, kind, author_id, client_id, body, mention_room, at)
VALUES (%s, %s, %s, %s, %s, 'text', %s, %s, %s, false, %s)
"""


class Row(NamedTuple):
    id: int
    room_id: int
    seq: int
    author_id: int
    body: str
    at: datetime


def fill(messages: int) -> None:
    """Makes the corpus where it is not there yet; VACUUM or the nightly `prune_messages` have passed."""
    if Message.objects.count() >= messages:
        return
    people = [register(username=f"person{n}", password=None) for n in range(PEOPLE)]
    rooms = [_make_room(number, people) for number in range(ROOMS)]
    rows = _rows(messages, [room.pk for room in rooms], [person.pk for person in people])
    if connection.vendor == "postgresql":
        _execute("DROP INDEX searchentry_tokens")  # row by row it takes much longer
    while batch := list(islice(rows, BATCH)):
        _store(batch)
    if connection.vendor == "postgresql":
        _execute("SET maintenance_work_mem = '512MB'")
        _execute(
            "CREATE INDEX searchentry_tokens ON chat_searchentry USING gin (tokens)"
            " WITH (gin_pending_list_limit = 4096)"
        )
        _execute("VACUUM ANALYZE")
    else:
        list(merge_leftovers())


def rare_words() -> list[str]:
    """Some of those that a few of a hundred thousand messages hold."""
    return [*_other_words()[29_000::120], "龖", "丂丄"]


def searcher() -> User:
    return User.objects.get(username="person0")


def everywhere() -> User:
    """Somebody who is in every room."""
    return User.objects.get(username="person1")


def _make_room(number: int, people: list[User]) -> Room:
    room = create_room(kind=Room.Kind.PRIVATE, name=f"Room {number}", owner=people[1])
    for person in people[2 + number % 10 :: 10]:
        add_member(room.pk, person)
    if number % (ROOMS // OWN_ROOMS) == 0:
        add_member(room.pk, people[0])
    return room


def _rows(count: int, rooms: list[int], people: list[int]) -> Iterator[Row]:
    chance = random.Random(1)
    words = [*FREQUENT, *_other_words()]
    glyphs = list(HAN) + [chr(0x4E00 + n) for n in range(3_000)]
    falling = [list(accumulate(1 / (n + 3) for n in range(len(all_)))) for all_ in (words, glyphs)]
    sizes = list(accumulate(1 / (n % 50 + 2) for n in range(len(rooms))))
    own = set(rooms[:: ROOMS // OWN_ROOMS])
    seqs = dict.fromkeys(rooms, 0)
    step = timedelta(days=365) / count
    for number in range(1, count + 1):
        room = chance.choices(rooms, cum_weights=sizes)[0]
        seqs[room] += 1
        if chance.random() < 0.6:
            said = " ".join(chance.choices(words, cum_weights=falling[0], k=chance.randint(3, 20)))
        else:
            said = "".join(chance.choices(glyphs, cum_weights=falling[1], k=chance.randint(5, 40)))
        if room not in own and chance.random() < 0.33:
            said += f" {ELSEWHERE}"
        yield Row(number, room, seqs[room], chance.choice(people), said, START + step * number)


def _other_words() -> list[str]:
    chance = random.Random(2)
    return [f"{chance.choice('bcdfglmnprst')}{n:x}" for n in range(30_000)]


def _store(rows: list[Row]) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany(INSERT, [_values(row) for row in rows])
        search_index.write(
            {
                row.id: search_index.tokens(row.room_id, row.author_id, terms(row.body), ())
                for row in rows
            }
        )
        for room_id, last in {row.room_id: row for row in rows}.items():
            Room.objects.filter(pk=room_id).update(
                last_seq=last.seq, last_rev=1_000_000 + last.seq, last_message_at=last.at
            )


def _values(row: Row) -> tuple[Any, ...]:
    client_id = UUID(int=row.id, version=4)
    rev = 1_000_000 + row.seq
    at = connection.ops.adapt_datetimefield_value(row.at)
    author = client_id.hex if connection.vendor == "sqlite" else client_id
    return (row.id, row.room_id, row.seq, rev, rev, row.author_id, author, row.body, at)


def _execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
