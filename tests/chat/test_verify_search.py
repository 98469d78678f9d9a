from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from accounts.models import User
from chat import search_index
from chat.models import Message, Room, SearchEntry
from chat.verify import pages, spans
from chat.verify import search as checks
from tests.chat.stored import store
from tests.chat.verifying import all_findings, details, messages, verify, verify_json

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def talk(room: Room, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "PAGE", 2)
    monkeypatch.setattr(spans, "SPAN", 2)
    monkeypatch.setattr(checks, "BATCH", 2)
    store(room, alice, "one", "二", "three https://example.org", "four", "five")


def test_an_index_that_is_right_is_no_finding(room: Room) -> None:
    assert all_findings() == []


@pytest.mark.parametrize("seq", range(1, 6))
def test_a_message_that_is_not_indexed_is_found(room: Room, seq: int) -> None:
    SearchEntry.objects.filter(message=messages(room)[seq]).delete()
    assert all_findings() == [("search", seq)]
    assert f"message {seq} is not in the search index" in details()


def test_an_entry_of_something_else_is_found(room: Room) -> None:
    search_index.write({messages(room)[2].pk: f"{room.pk}.two"})
    assert all_findings("--room", str(room.pk)) == [("search", 2)]
    assert "under other words" in details()


def test_a_deleted_message_that_can_still_be_found_is_found(room: Room) -> None:
    Message.objects.filter(seq=2).update(body="", content=None, deleted_at=datetime.now(UTC))
    assert all_findings() == [("search", 2)]
    assert "says nothing, but the search index still holds it" in details()


def test_a_repair_makes_entries_right(room: Room) -> None:
    first, second = messages(room)[1], messages(room)[2]
    search_index.write({first.pk: None, second.pk: f"{room.pk}.two"})
    code, text = verify("--repair")
    assert (code, text.count("mended search")) == (0, 2)


def test_an_entry_of_no_message_is_found() -> None:
    search_index.write({4711: "1.ghost"})
    assert all_findings() == [("search", None)]
    assert "entry 4711 is of no message" in details()


class TestOfALargeSite:
    """The words of a part of its messages are compared, of another part every day."""

    @pytest.fixture(autouse=True)
    def large(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(checks, "ALL_UP_TO", 4)
        monkeypatch.setattr(checks, "ONE_IN", 3)

    @pytest.fixture
    def days(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
        """Three of them, one after the other."""

        def pass_by() -> Iterator[int]:
            for day in range(1, 4):
                now = datetime(2026, 3, day, tzinfo=UTC)
                monkeypatch.setattr("chat.verify.search.timezone.now", lambda now=now: now)
                yield day

        return pass_by()

    def test_each_entry_has_its_day(self, room: Room, days: Iterator[int]) -> None:
        search_index.write({messages(room)[2].pk: f"{room.pk}.two"})
        assert sorted(all_findings() for _ in days) == [[], [], [("search", 2)]]

    def test_a_room_in_which_one_is_wrong_is_compared_whole(
        self, room: Room, days: Iterator[int]
    ) -> None:
        search_index.write({messages(room)[seq].pk: f"{room.pk}.two" for seq in (2, 3)})
        both = [("search", 2), ("search", 3)]
        assert sorted(all_findings() for _ in days) == [[], both, both]

    def test_all_are_compared_on_request(self, room: Room, days: Iterator[int]) -> None:
        search_index.write({messages(room)[2].pk: f"{room.pk}.two"})
        assert [all_findings("--thorough") for _ in days] == [[("search", 2)]] * 3

    @pytest.mark.parametrize("seq", range(1, 6))
    def test_one_that_is_missing_is_found_at_once(self, room: Room, seq: int) -> None:
        SearchEntry.objects.filter(message=messages(room)[seq]).delete()
        assert all_findings() == [("search", seq)]

    def test_it_says_what_was_left_out(self) -> None:
        said = "The words of one message in 3 were compared with the search index"
        assert (said in verify()[1], said in verify("--thorough")[1]) == (True, False)
        assert [verify_json(*more)[-1]["words_one_in"] for more in ((), ("--thorough",))] == [3, 1]


def test_a_message_that_changes_while_it_is_looked_at_is_no_finding(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = search_index.read
    changes = iter(["six", "seven"])

    def read_late(ids: list[int]) -> dict[int, set[str]]:
        """Somebody edits between the message and its entry."""
        row = Message.objects.get(room=room, seq=1)
        if body := next(changes, None):
            row.body, row.rev = body, row.rev + 100
            row.save()
            search_index.write({row.pk: f"{room.pk}@{row.author_id} {room.pk}.{body}"})
        return read(ids)

    monkeypatch.setattr(search_index, "read", read_late)
    assert list(checks._suspects([messages(room)[1].pk]))
    assert checks._trouble(messages(room)[1].pk) is None
