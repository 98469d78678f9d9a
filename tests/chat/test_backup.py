import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.management import call_command
from django.db import connection

from accounts.models import User
from chat.backup import making
from chat.models import AuditEntry, Room, Site
from tests.chat.operating import (
    begin_the_log_anew,
    interrupting,
    refusal,
    run,
    run_apart,
    run_on_a_terminal,
)
from tests.chat.sending import say
from tests.chat.test_commands import Terminal
from tests.chat.uploading import photo, upload

pytestmark = [pytest.mark.django_db(transaction=True)]

ASK = """
import json
from chat.models import AuditEntry, Site
print(Site.current().epoch)
for entry in AuditEntry.objects.order_by("pk"):
    print(json.dumps([entry.action, entry.details]))
"""
# Of this process of tests alone: others have theirs on the same server.
SCRATCH_NAME = f"chat_restored_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"


@pytest.fixture(autouse=True)
def talk(media: Path, room: Room, alice: User) -> Room:
    row = upload(alice, room, photo((1600, 900)), name="lake.jpg")
    say(alice, room, "hello", attachments=[row.pk])
    say(alice, room, "二")
    return room


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The settings of another place, without anything in it."""
    (tmp_path / "var").mkdir()
    env = {"VAR_DIR": str(tmp_path / "var"), "DATABASE_URL": ""}
    if connection.vendor == "sqlite":
        yield env
        return
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {SCRATCH_NAME}")
    server = os.environ["DATABASE_URL"].rpartition("/")[0]
    yield env | {"DATABASE_URL": f"{server}/{SCRATCH_NAME}"}
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE {SCRATCH_NAME} WITH (FORCE)")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A backup in a folder."""
    path = tmp_path / "copy"
    run("backup", str(path))
    return path


def beside(tmp_path: Path) -> dict[str, str]:
    """A process of its own then has its files where this one has them."""
    return {"VAR_DIR": str(tmp_path)}


def restore(path: Path, env: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    return run_apart("restore", str(path), env=env)


@pytest.mark.parametrize("name", ["copy", "copy.tar"])
def test_what_is_restored_is_all_there(
    tmp_path: Path, elsewhere: dict[str, str], media: Path, name: str
) -> None:
    run("backup", str(tmp_path / name))
    result = restore(tmp_path / name, elsewhere)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith("Checked 2 rooms, 2 messages, 1 attachment in ")
    assert result.stdout.endswith("no trouble found.\n")
    stored = Path(elsewhere["VAR_DIR"]) / "media"
    for path in media.rglob("*"):
        if path.is_file():
            assert (stored / path.relative_to(media)).read_bytes() == path.read_bytes()


def test_a_restored_site_has_another_epoch_and_says_so_in_the_audit_log(
    copy: Path, elsewhere: dict[str, str]
) -> None:
    restore(copy, elsewhere)
    told = run_apart("shell", "-v0", "-c", ASK, env=elsewhere).stdout.splitlines()
    assert UUID(told[0]) != Site.current().epoch
    backup, restored = (json.loads(line) for line in told[1:])
    assert backup == ["site.backup", {"path": str(copy)}]
    made_at = json.loads((copy / "manifest.json").read_text())["made_at"]
    assert (restored[0], restored[1]["backup_of"][:19]) == ("site.restore", made_at[:19])
    assert [entry.action for entry in AuditEntry.objects.all()] == ["site.backup"]


def test_a_database_that_is_not_empty_is_refused(copy: Path, elsewhere: dict[str, str]) -> None:
    restore(copy, elsewhere)
    result = restore(copy, elsewhere)
    assert result.returncode == 1
    assert result.stderr == (
        "CommandError: The database of DATABASE_URL is not empty: name a new one.\n"
    )


def test_another_version_is_refused(tmp_path: Path, elsewhere: dict[str, str]) -> None:
    run("backup", str(tmp_path / "copy"))
    path = tmp_path / "copy" / "manifest.json"
    path.write_text(path.read_text().replace('"version": "', '"version": "99.'))
    result = restore(tmp_path / "copy", elsewhere)
    assert result.returncode == 1
    assert "of another version (99." in result.stderr


@pytest.mark.parametrize("name", ["database", "keys.json", "checksums.txt", "files/thumbs"])
def test_what_is_damaged_is_refused(tmp_path: Path, elsewhere: dict[str, str], name: str) -> None:
    run("backup", str(tmp_path / "copy"))
    path = tmp_path / "copy" / name
    if path.is_dir():
        [path] = [one for one in path.rglob("*") if one.is_file()]
    path.write_bytes(path.read_bytes()[:-1] + b"~")
    result = restore(tmp_path / "copy", elsewhere)
    assert result.returncode == 1
    assert "The backup is damaged" in result.stderr
    run("backup", str(tmp_path / "again"))
    assert restore(tmp_path / "again", elsewhere).returncode == 0  # nothing was put in place


def test_what_is_cut_off_is_refused(tmp_path: Path, elsewhere: dict[str, str]) -> None:
    path = tmp_path / "copy.tar"
    run("backup", str(path))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    result = restore(path, elsewhere)
    assert result.returncode in {1, 2}  # 2 where it is cut off so early that it is no tar
    assert result.stderr.count("\n") == 1


def test_another_key_is_said(copy: Path, elsewhere: dict[str, str]) -> None:
    result = restore(copy, elsewhere | {"SECRET_KEY": "another-one-0123456789"})
    assert result.returncode == 0
    assert result.stderr.startswith("SECRET_KEY is another than the backup's")


def test_a_backup_can_be_tried_at_once(tmp_path: Path) -> None:
    result = run_apart("backup", str(tmp_path / "copy"), "--verify", env=beside(tmp_path))
    assert (result.returncode, result.stderr) == (0, "")
    first, second = result.stdout.splitlines()
    assert first.startswith("The database, 2 files and the keys are in ")
    assert second.endswith("no trouble found.")


def test_a_trial_finds_what_a_restore_would(tmp_path: Path, talk: Room) -> None:
    Room.objects.filter(pk=talk.pk).update(member_count=7)
    run("backup", str(tmp_path / "copy"))
    result = run_apart("restore", str(tmp_path / "copy"), "--scratch", "--json")
    assert result.returncode == 1
    found, checked = (json.loads(line) for line in result.stdout.splitlines())
    assert (found["check"], checked["type"]) == ("member_count", "checked")
    assert AuditEntry.objects.get().action == "site.backup"  # it leaves none here


def test_what_comes_while_the_database_is_copied_is_not_lost(
    tmp_path: Path,
    talk: Room,
    alice: User,
    elsewhere: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    copy_database = making._copy_database

    def busy(*arguments: Any) -> None:
        row = upload(alice, talk, b"new", name="new.txt")
        say(alice, talk, "", attachments=[row.pk])
        copy_database(*arguments)

    monkeypatch.setattr(making, "_copy_database", busy)
    run("backup", str(tmp_path / "copy"))
    result = restore(tmp_path / "copy", elsewhere)
    assert (result.returncode, "3 messages, 2 attachments" in result.stdout) == (0, True)


def test_stopped_it_leaves_nothing_and_can_be_run_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(making, "_copy_file", interrupting(making._copy_file, 1))
        code, line = refusal("backup", str(tmp_path / "copy"))
    assert (code, line) == (1, "Stopped before the end; run it again to go on.")
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("copy")] == []
    run("backup", str(tmp_path / "copy"))


def test_what_a_killed_run_left_is_no_hindrance(tmp_path: Path) -> None:
    (tmp_path / "copy.part" / "files").mkdir(parents=True)
    run("backup", str(tmp_path / "copy"))
    assert not (tmp_path / "copy.part").exists()


def test_on_a_full_disk_nothing_stays(tmp_path: Path) -> None:
    into = tmp_path / "backups"
    into.mkdir()
    for name in ("copy", "copy.tar"):
        begin_the_log_anew()  # where its entry in the audit log fits
        result = run_apart("backup", str(into / name), file_bytes=60_000, env=beside(tmp_path))
        assert (result.returncode, result.stderr.count("\n")) == (1, 1), result.stderr
        assert "The database fails" not in result.stderr
        assert list(into.iterdir()) == []


def test_only_its_owner_may_read_it(tmp_path: Path) -> None:
    for name in ("copy", "copy.tar"):
        run("backup", str(tmp_path / name))
        assert (tmp_path / name).stat().st_mode & 0o077 == 0
    assert (tmp_path / "copy" / "keys.json").stat().st_mode & 0o077 == 0


def test_bad_input_is_refused(tmp_path: Path, elsewhere: dict[str, str]) -> None:
    assert refusal("backup", str(tmp_path / "no" / "folder"))[0] == 2
    (tmp_path / "there").mkdir()
    assert refusal("backup", str(tmp_path / "there"))[0] == 1
    for path in (tmp_path / "nowhere", tmp_path / "no.tar"):
        assert restore(path, elsewhere).returncode == 2
    (tmp_path / "no.tar").write_text("no tar")
    assert restore(tmp_path / "no.tar", elsewhere).returncode == 2


def test_a_terminal_shows_how_far_they_are(tmp_path: Path, elsewhere: dict[str, str]) -> None:
    terminal = Terminal()
    call_command("backup", str(tmp_path / "copy"), stdout=terminal)
    for shown in (
        terminal.getvalue(),
        run_on_a_terminal("restore", str(tmp_path / "copy"), env=elsewhere),
    ):
        assert re.match(r"\r\x1b\[K1 file\b[^\r]*\r\x1b\[K", shown)  # told, and taken back
        assert shown.count("\n") == 1  # the bar of the examination is taken back, too


def test_also_of_what_takes_longest_it_is_told_how_far_it_is(tmp_path: Path) -> None:
    told: list[str] = []
    making.make(tmp_path / "copy", told.append)
    assert any(re.fullmatch(r"database: (100%|[\d,]+ bytes) read", text) for text in told)
    assert "database: 100% written" in told


def test_json_is_one_object(tmp_path: Path) -> None:
    made = json.loads(run("backup", str(tmp_path / "copy"), "--json"))
    assert (made["path"], made["files"]) == (str(tmp_path / "copy"), 2)
