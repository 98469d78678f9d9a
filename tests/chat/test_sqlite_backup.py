import sqlite3
from pathlib import Path

import pytest

from accounts.models import User
from chat.backup import sqlite
from chat.models import Message, Room
from tests.chat.sending import say

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_copy_is_of_one_moment_though_others_write(
    tmp_path: Path, room: Room, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "PAGES_AT_ONCE", 1)
    say(alice, room)
    steps: list[int] = []

    def write_meanwhile(done: str) -> None:
        steps.append(int(done.rstrip("%")))
        if len(steps) % 20 == 1:
            say(alice, room, "meanwhile")

    sqlite.dump(tmp_path / "copy.sqlite3", write_meanwhile)
    assert steps == sorted(steps)  # it never began anew
    with sqlite3.connect(tmp_path / "copy.sqlite3") as copied:
        assert copied.execute("SELECT count(*) FROM chat_message").fetchone() == (1,)
    assert Message.objects.count() > 1
