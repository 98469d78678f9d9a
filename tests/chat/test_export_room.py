import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import connection

from accounts.models import User
from chat.actions.messages import delete_message, edit_message
from chat.actions.reactions import add_reaction
from chat.export import run as exporting
from chat.export import timeline
from chat.export.page import POLICY
from chat.models import Room
from chat.protocol import commands
from chat.verify import pages as walks
from tests.chat.operating import begin_the_log_anew, interrupting, refusal, run, run_apart
from tests.chat.sending import say
from tests.chat.stored import store
from tests.chat.uploading import upload

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("media")]

HOSTILE = "<script>alert(1)</script> [x](javascript:alert(2)) \"' <img src=x onerror=alert(3)>"


@pytest.fixture
def talk(room: Room, alice: User, bob: User) -> Room:
    say(alice, room, "hello **you**")
    say(bob, room, "hi @alice", reply_to=1)
    say(bob, room, "secret")
    add_reaction(bob.pk, commands.ReactionAdd(id="1", room=room.pk, seq=1, emoji="👍"))
    edit_message(bob.pk, commands.MessageEdit(id="1", room=room.pk, seq=2, body="hey @alice"))
    delete_message(bob.pk, commands.MessageDelete(id="1", room=room.pk, seq=3))
    return room


@pytest.fixture
def into(tmp_path: Path) -> Path:
    folder = tmp_path / "exports"
    folder.mkdir()
    return folder


def lines(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "atelier.jsonl").read_text().splitlines()]


def export(folder: Path, *arguments: str) -> str:
    return run("export_room", "atelier", "--into", str(folder), *arguments)


def test_each_message_is_a_line_between_head_and_end(talk: Room, into: Path) -> None:
    export(into)
    head, first, second, third, end = lines(into)
    assert (head["type"], head["slug"], head["last_seq"]) == ("room", "atelier", 3)
    assert (first["author"]["name"], first["body"]) == ("Alice", "hello **you**")
    assert [(emoji, who["name"]) for emoji, (who,) in first["reactions"]] == [("👍", "Bob")]
    assert (second["reply_to"], second["body"], "edits" in second) == (1, "hey @alice", False)
    assert (third["body"], "deleted_at" in third) == ("", True)
    assert end == {"type": "end", "messages": 3}


def test_the_page_says_the_same_to_people(talk: Room, into: Path) -> None:
    export(into)
    page = (into / "atelier.html").read_text()
    assert "hello <strong>you</strong>" in page
    assert 'in reply to <a href="#m1">1</a>' in page
    assert "👍 Bob" in page
    assert "This message was deleted." in page
    assert page.endswith("</html>\n")


def test_what_was_deleted_or_edited_is_in_neither(talk: Room, into: Path) -> None:
    export(into)
    for path in into.iterdir():
        assert "secret" not in path.read_text()
        assert "hi @" not in path.read_text()


def test_what_was_said_before_edits_comes_on_request(talk: Room, into: Path) -> None:
    export(into, "--edits")
    assert [edit["body"] for edit in lines(into)[2]["edits"]] == ["hi @alice"]
    assert "hi @" in (into / "atelier.html").read_text()


def test_what_users_write_is_no_markup(room: Room, alice: User, into: Path) -> None:
    Room.objects.filter(pk=room.pk).update(name=HOSTILE[:80], topic=HOSTILE)
    User.objects.filter(pk=alice.pk).update(name="<b>Alice", username="a<i>")
    say(alice, room, HOSTILE)
    say(alice, room, f"**{HOSTILE}**\n> {HOSTILE}")
    export(into)
    page = (into / "atelier.html").read_text()
    assert f'content="{POLICY}"'.replace("'", "&#x27;") in page
    assert not re.search(r"<(script|img|i>|b>A)|href=.javascript|<[^>]*onerror=", page)


def test_attached_files_are_listed_and_copied_on_request(
    room: Room, alice: User, into: Path
) -> None:
    row = upload(alice, room, b"content", name="../plan.txt")
    say(alice, room, "", attachments=[row.pk])
    export(into)
    listed = {"name": "plan.txt", "type": row.type, "size": 7}
    assert lines(into)[1]["files"] == [listed]
    export(into, "--files")
    [file] = lines(into)[1]["files"]
    assert file == listed | {"path": f"atelier-files/{row.pk}-plan.txt"}
    assert (into / file["path"]).read_bytes() == b"content"
    assert f'href="{file["path"]}"' in (into / "atelier.html").read_text()


def test_a_name_too_long_for_a_disk_hinders_no_export(room: Room, alice: User, into: Path) -> None:
    file = upload(alice, room, name="𠮷" * 140 + ".txt")
    say(alice, room, "here", attachments=[file.pk])
    Room.objects.filter(pk=room.pk).update(slug="𠮷" * 80)
    run("export_room", str(room.pk), "--into", str(into), "--files")
    [copy] = into.glob("*-files/*")
    assert (copy.read_bytes(), copy.suffix) == (b"hello", ".txt")
    [table] = into.glob("*.jsonl")
    assert json.loads(table.read_text().splitlines()[1])["files"][0]["name"] == file.name


def test_a_file_that_is_missing_is_said(room: Room, alice: User, into: Path) -> None:
    row = upload(alice, room)
    say(alice, room, "", attachments=[row.pk])
    default_storage.delete(str(row.file))
    assert refusal("export_room", "atelier", "--into", str(into), "--files")[0] == 1
    assert lines(into)[-1] == {"type": "end", "messages": 1}


def test_pages_join_without_a_gap(
    room: Room, alice: User, into: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walks, "PAGE", 2)
    monkeypatch.setattr(timeline, "PAGE", 2)
    store(room, alice, *"abcde")
    export(into, "--format", "jsonl")
    assert [line["body"] for line in lines(into)[1:-1]] == [*"abcde"]
    assert not (into / "atelier.html").exists()


def test_stopped_it_leaves_what_was_there(
    talk: Room, into: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    export(into)
    before = {path: path.read_bytes() for path in into.iterdir()}
    with monkeypatch.context() as patch:
        patch.setattr("chat.export.run.pages", interrupting(timeline.pages, 0))
        code, line = refusal("export_room", "atelier", "--into", str(into))
    assert (code, line) == (1, "Stopped before the end; run it again to go on.")
    assert {path: path.read_bytes() for path in into.iterdir()} == before
    export(into)
    assert {path.name for path in into.iterdir()} == {path.name for path in before}


def test_on_a_full_disk_nothing_half_written_stays(room: Room, alice: User, into: Path) -> None:
    store(room, alice, *["many words " * 200] * 100)
    begin_the_log_anew()  # where its entry in the audit log fits
    result = run_apart("export_room", "atelier", "--into", str(into), file_bytes=100_000)
    assert (result.returncode, result.stderr.count("\n")) == (1, 1)
    assert "File too large" in result.stderr
    assert list(into.iterdir()) == []


def test_only_its_owner_may_read_it(talk: Room, into: Path) -> None:
    export(into)
    assert {path.stat().st_mode & 0o777 for path in into.iterdir()} == {0o600}


@pytest.mark.parametrize(
    "arguments", [("nowhere",), ("atelier", "--into", "/no/such/folder"), ("atelier", "--format=x")]
)
def test_bad_input_is_refused(talk: Room, arguments: tuple[str, ...]) -> None:
    result = run_apart("export_room", *arguments)
    assert (result.returncode, result.stdout) == (2, "")


def test_json_says_what_was_written(talk: Room, into: Path) -> None:
    assert json.loads(export(into, "--json")) == {
        "room": talk.pk,
        "messages": 3,
        "written": [str(into / f"atelier.{suffix}") for suffix in ("jsonl", "html")],
        "missing_files": 0,
    }


def test_the_connection_is_not_held_between_pages(talk: Room, into: Path) -> None:
    for _ in exporting.Export(talk, into).run():
        assert not connection.in_atomic_block
