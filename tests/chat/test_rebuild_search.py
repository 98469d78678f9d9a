from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from chat import search_index
from chat.actions import search_index as actions
from chat.models import Message, Room, SearchEntry
from chat.search import search
from tests.chat.searching import bodies
from tests.chat.stored import store
from tests.chat.verifying import verify

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def talk(room: Room, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "BATCH", 2)
    store(room, alice, "one", "二", "three", "four", "five")


def rebuild() -> str:
    out = StringIO()
    call_command("rebuild_search", stdout=out)
    return out.getvalue()


def test_it_makes_an_index_where_there_is_none(alice: User) -> None:
    SearchEntry.objects.all().delete()
    assert rebuild() == "5 messages looked at, 5 entries mended.\n"
    assert verify()[0] == 0
    assert bodies(search(alice.pk, "二")) == ["二"]


def test_it_mends_what_is_wrong_and_nothing_else(room: Room) -> None:
    first, second = Message.objects.order_by("pk")[:2]
    search_index.write({first.pk: None, second.pk: f"{room.pk}.two", 4711: "1.ghost"})
    assert "3 entries mended" in rebuild()
    assert "0 entries mended" in rebuild()
    assert verify()[0] == 0


def test_what_was_interrupted_is_gone_on_with(monkeypatch: pytest.MonkeyPatch) -> None:
    SearchEntry.objects.all().delete()
    mend, calls = actions._mend, iter([True])

    def interrupted(room_id: int, seqs: list[int]) -> int:
        if next(calls, False):
            return mend(room_id, seqs)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(actions, "_mend", interrupted)
        with pytest.raises(CommandError, match="run it again"):
            rebuild()
    assert "3 entries mended" in rebuild()


def test_getting_ready_indexes_a_site_that_had_no_search(alice: User) -> None:
    SearchEntry.objects.all().delete()
    call_command("prepare", stdout=StringIO())
    assert len(search(alice.pk, "three").hits) == 1


def test_getting_ready_again_looks_at_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "rebuild", pytest.fail)
    call_command("prepare", stdout=StringIO())
