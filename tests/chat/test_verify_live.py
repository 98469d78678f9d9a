"""The examination of a chat in use: what happens meanwhile is no finding."""

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, transaction
from django.db.models import F, QuerySet
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from chat.actions.rooms import add_member
from chat.models import Membership, Message, Room
from chat.verify import pages, room_state, soundness, spans
from chat.verify.report import Report
from tests.chat.sending import say
from tests.chat.stored import store
from tests.chat.verifying import findings, verify

WRITES = 20
AT_MOST = 200
POSTGRESQL_SORTS = re.compile(r"(?<!Incremental )Sort  \(|Seq Scan on chat_message  ")
SQLITE_SORTS = re.compile(r"TEMP B-TREE|SCAN (?!judged|counted|\(subquery)")


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many statements, so that much can happen between two of them."""
    monkeypatch.setattr(pages, "PAGE", 3)
    monkeypatch.setattr(spans, "SPAN", 3)


@pytest.fixture
def walked(monkeypatch: pytest.MonkeyPatch) -> None:
    """All rooms are odd, so each is walked row by row."""
    monkeypatch.setattr(soundness, "odd_rooms", set)


class Traffic:
    """Threads that write until they are stopped; each counts what it wrote."""

    def __init__(self, *writes: Callable[[int], object]) -> None:
        self._stop = threading.Event()
        self.done = [0] * len(writes)
        self.failures: list[BaseException] = []
        self._threads = [
            threading.Thread(target=self._run, args=(number, write))
            for number, write in enumerate(writes)
        ]

    @contextmanager
    def flowing(self) -> Iterator[None]:
        for thread in self._threads:
            thread.start()
        try:
            yield
        finally:
            self._stop.set()
            for thread in self._threads:
                thread.join(timeout=20)
        assert not self.failures

    @property
    def is_enough(self) -> bool:
        return bool(self.failures) or min(self.done) >= WRITES

    def _run(self, number: int, write: Callable[[int], object]) -> None:
        try:
            while not self._stop.is_set():
                write(self.done[number])
                self.done[number] += 1
        except BaseException as failure:
            self.failures.append(failure)
        finally:
            connection.close()


@contextmanager
def changing(room: Room) -> Iterator[Room]:
    """The room's row, locked, with its next rev taken."""
    with transaction.atomic():
        locked = Room.objects.select_for_update(no_key=True).get(pk=room.pk)
        locked.last_rev += 1
        yield locked
        locked.save()


def change(room: Room, number: int) -> None:
    """What an edit does to a message's row."""
    with changing(room) as locked:
        seq = locked.first_seq + number % (locked.last_seq - locked.first_seq + 1)
        Message.objects.filter(room=room, seq=seq).update(rev=locked.last_rev)


def come_and_go(room: Room, user: User) -> None:
    add_member(room.pk, user)
    with changing(room) as locked:
        locked.member_count -= 1
        Membership.objects.filter(room=room, user=user).update(
            left_at=timezone.now(), rev=locked.last_rev
        )


def retain(room: Room, number: int) -> None:
    """Takes the oldest message away, if enough are left."""
    with changing(room) as locked:
        if locked.last_seq - locked.first_seq > 20:
            Message.objects.filter(room=room, seq=locked.first_seq).delete()
            locked.first_seq += 1
            locked.meta_rev = locked.last_rev


def damage(room: Room) -> None:
    with transaction.atomic():
        Room.objects.filter(pk=room.pk).update(member_count=7)


def read(room: Room, user: User) -> None:
    with transaction.atomic():
        Membership.objects.filter(room=room, user=user).update(
            read_seq=Room.objects.filter(pk=room.pk).values("last_seq")
        )


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("way", ["judged", "walked"])
def test_a_chat_in_use_has_no_findings(
    room: Room,
    alice: User,
    bob: User,
    carol: User,
    way: str,
    request: pytest.FixtureRequest,
) -> None:
    if way == "walked":
        request.getfixturevalue("walked")
    store(room, alice, *(f"message {n}" for n in range(30)))
    Message.objects.filter(room=room, seq__gt=1).update(reply_to=F("seq") - 1)
    room.refresh_from_db()
    traffic = Traffic(
        lambda number: say(bob, room, reply_to=room.last_seq + number),
        lambda number: change(room, number),
        lambda _: come_and_go(room, carol),
        lambda number: retain(room, number),
        lambda _: read(room, bob),
    )
    with traffic.flowing():
        for _ in range(AT_MOST):
            assert findings() == []
            if traffic.is_enough:
                break
    assert min(traffic.done) >= WRITES


@pytest.mark.django_db
@pytest.mark.parametrize("way", ["judged", "walked"])
def test_what_is_written_after_a_room_was_begun_is_no_finding(
    room: Room,
    alice: User,
    bob: User,
    carol: User,
    way: str,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:
    if way == "walked":
        request.getfixturevalue("walked")
    store(room, alice, *(f"message {n}" for n in range(30)))
    begin = room_state._read

    def begin_and_write(rooms: QuerySet[Room]) -> list[room_state.RoomState]:
        begun = begin(rooms)
        store(room, alice, "one", "two", reply_to=30)
        read(room, bob)
        change(room, 3)
        retain(room, 0)
        come_and_go(room, carol)
        add_member(room.pk, carol)
        return begun

    monkeypatch.setattr(room_state, "_read", begin_and_write)
    assert findings("--room", str(room.pk)) == []
    assert Membership.objects.get(room=room, user=bob).read_seq == 32


@pytest.mark.django_db(transaction=True)
def test_a_chat_in_use_can_be_repaired(room: Room, alice: User, bob: User, carol: User) -> None:
    store(room, alice, *(f"message {n}" for n in range(30)))
    room.refresh_from_db()
    traffic = Traffic(
        lambda _: say(bob, room),
        lambda number: change(room, number),
        lambda _: damage(room),
    )
    with traffic.flowing():
        for _ in range(AT_MOST):
            verify("--repair")
            if traffic.is_enough:
                break
    verify("--repair")
    assert findings() == []
    assert min(traffic.done) >= WRITES


@pytest.mark.django_db
@pytest.mark.parametrize("way", ["judged", "walked"])
def test_it_ends_however_fast_people_write(
    room: Room,
    alice: User,
    way: str,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:
    """What is stored after its room was begun waits for the next examination."""
    if way == "walked":
        request.getfixturevalue("walked")
    store(room, alice, *(f"message {n}" for n in range(10)))
    count = Report.saw_messages

    def saw_messages(report: Report, number: int) -> None:
        count(report, number)
        store(room, alice, "one", "two", "three", "four")

    monkeypatch.setattr(Report, "saw_messages", saw_messages)
    monkeypatch.setattr(Report, "saw_rows", lambda *_: store(room, alice, "one", "two", "three"))
    assert "10 messages" in verify("--room", str(room.pk))[1]


@pytest.mark.django_db
class TestAtAnySize:
    @pytest.fixture
    def queries(self, room: Room, alice: User, monkeypatch: pytest.MonkeyPatch) -> list[str]:
        """Those of two examinations of ten messages, which are judged in the first, walked in the second."""
        store(room, alice, *(f"message {n}" for n in range(10)))
        with CaptureQueriesContext(connection) as captured:
            assert verify()[0] == 0
            monkeypatch.setattr(soundness, "odd_rooms", set)
            assert verify()[0] == 0
        return [query["sql"] for query in captured.captured_queries]

    def test_no_statement_brings_more_rows_than_a_page(self, queries: list[str]) -> None:
        walked = [sql for sql in queries if "ORDER BY 1 ASC, 2 ASC" in sql]
        assert len([sql for sql in walked if 'FROM "chat_message" WHERE' in sql]) >= 3 * 4
        assert all(sql.endswith("LIMIT 3") for sql in walked)

    def test_no_statement_judges_more_messages_than_a_span(self, queries: list[str]) -> None:
        assert len([sql for sql in queries if "count(CASE WHEN" in sql]) >= 4

    def test_all_messages_are_read_in_the_order_of_an_index(self, queries: list[str]) -> None:
        for sql in queries:
            is_page = 'FROM "chat_message" WHERE' in sql and sql.endswith("LIMIT 3")
            if is_page or "count(CASE WHEN" in sql or "GROUP BY" in sql:
                plan = explain(sql)
                assert not POSTGRESQL_SORTS.search(plan)
                assert not SQLITE_SORTS.search(plan)


@pytest.mark.django_db(transaction=True)
def test_it_holds_up_no_writer_and_no_vacuum(room: Room, alice: User) -> None:
    store(room, alice, *(f"message {n}" for n in range(10)))
    with CaptureQueriesContext(connection) as captured:
        verify()
    sent = [query["sql"] for query in captured.captured_queries]
    begun = [place for place, sql in enumerate(sent) if sql.startswith("BEGIN")]
    assert bool(begun) == (connection.vendor == "postgresql")
    for place in begun:
        assert sent[place + 1].startswith("SET LOCAL")
        assert sent[place + 3].startswith("COMMIT")  # after one statement


def explain(sql: str) -> str:
    keyword = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"
    with connection.cursor() as cursor:
        cursor.execute(f"{keyword} {sql}")
        return "\n".join(str(row[-1]) for row in cursor.fetchall())
