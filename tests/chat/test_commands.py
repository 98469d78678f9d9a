"""What all management commands have in common. A new one has its line here."""

import io
import json
import re
import sys
from argparse import ArgumentParser
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.core.management import (
    CommandError,
    call_command,
    execute_from_command_line,
    find_commands,
    load_command_class,
)
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from accounts.models import User
from chat.actions import pacing
from chat.models import Attachment, AuditEntry, Room
from tests.chat.operating import refusal, run
from tests.chat.stored import store
from tests.chat.uploading import upload
from tests.chat.verifying import verify
from tests.client import PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]

APPS = ("accounts", "chat", "chatsite")
FOUND = {
    name: app
    for app in APPS
    for name in find_commands(str(Path(apps.get_app_config(app).path) / "management"))
}
# How each is run on the database; {folder} is one for what it writes.
ARGUMENTS = {
    "announce": ["We update at 22:00"],
    "backup": ["{folder}/copy"],
    "ban_user": ["bob", "--reason", "spam"],
    "changepassword": ["bob", "--password-stdin"],
    "chat_stats": [],
    "create_user": ["dora", "--password-stdin"],
    "deactivate_user": ["bob"],
    "erase_user": ["bob", "--go"],
    "export_room": ["atelier", "--into", "{folder}"],
    "invite": ["--room", "atelier"],
    "prune_messages": ["--go"],
    "prune_uploads": [],
    "rebuild_search": [],
    "renew_epoch": [],
    "reset_two_factor": ["bob"],
    "seed_demo": ["--messages", "200", "--again"],
    "verify_chat": [],
}
# They make or start something else, or look from outside.
OTHERS = {"checkdeploy", "emoji_names", "prepare", "protocol_docs", "restore", "serve"}
# SQLite's copy is made of what is committed, which what a test has written is not yet.
IN_A_TEST = sorted(ARGUMENTS.keys() - {"backup"})
# What each leaves in the audit log when it is run like that; docs/operations.md says it of all, or why none.
ENTRIES = {
    "announce": {"room.announce"},
    "ban_user": {"sanction.ban"},
    "changepassword": {"user.password"},
    "chat_stats": set(),
    "create_user": {"user.create"},
    "deactivate_user": {"user.deactivate"},
    "erase_user": {"user.deactivate", "user.erase"},
    "export_room": {"room.export"},
    "invite": {"invite.create"},
    "prune_messages": set(),
    "prune_uploads": set(),
    "rebuild_search": set(),
    "renew_epoch": {"site.renew_epoch"},
    "reset_two_factor": {"user.reset_two_factor"},
    "seed_demo": {"site.seed_demo"},
    "verify_chat": set(),
}
MANUAL = (Path(__file__).parents[2] / "docs" / "operations.md").read_text()
WORD = r"`([a-z]+\.[a-z_]+)`"  # of an entry
# Of those that may take long; `verify_chat` has a bar of its own.
LONG = [
    *("announce", "erase_user", "export_room", "prune_messages", "prune_uploads"),
    *("rebuild_search", "seed_demo"),
]
ABOUT_SOMEBODY = [
    *("ban_user", "changepassword", "deactivate_user", "erase_user", "reset_two_factor")
]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def talk(room: Room, alice: User, bob: User, monkeypatch: pytest.MonkeyPatch) -> None:
    store(room, alice, "one", "two")
    store(room, bob, "three")
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{PASSWORD}\n{PASSWORD}\n"))


@pytest.fixture
def old(media: Path, room: Room, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is said is more than the room keeps, and a file was never sent."""
    monkeypatch.setattr(pacing, "PAUSE_SECONDS", 0)
    file, long_ago = upload(alice, room), timezone.now() - timedelta(days=9)
    Attachment.objects.filter(pk=file.pk).update(at=long_ago)
    Room.objects.filter(pk=room.pk).update(retention_days=7)


def arguments(name: str, folder: Path) -> list[str]:
    return [name, *(part.format(folder=folder) for part in ARGUMENTS[name])]


def on_a_terminal(*arguments: str) -> str:
    terminal = Terminal()
    call_command(*arguments, stdout=terminal)
    return terminal.getvalue()


def parser(name: str) -> ArgumentParser:
    return load_command_class(FOUND[name], name).create_parser("manage.py", name)


def test_each_has_its_line_here() -> None:
    assert set(FOUND) == set(ARGUMENTS) | OTHERS


@pytest.mark.parametrize("name", sorted(FOUND))
def test_its_help_has_an_example(name: str) -> None:
    text = " ".join(parser(name).format_help().split())
    assert text.count(f"manage.py {name}") > 1  # the first is the usage


@pytest.mark.parametrize("name", sorted(FOUND))
def test_an_unknown_option_is_wrong_use(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        execute_from_command_line(["manage.py", name, "--no-such-option"])
    assert end.value.code == 2
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("name", sorted(ARGUMENTS))
def test_a_database_that_is_one_migration_behind_is_refused(name: str, tmp_path: Path) -> None:
    newest = MigrationRecorder.Migration.objects.filter(app="chat").order_by("-name")[0]
    newest.delete()
    code, line = refusal(*arguments(name, tmp_path))
    assert code == (2 if name == "verify_chat" else 1)
    assert line == (
        f"The database is of an earlier version (chat.{newest.name} is missing):"
        " run `manage.py prepare`."
    )


@pytest.mark.parametrize("name", IN_A_TEST)
def test_it_may_be_run_again(name: str, tmp_path: Path) -> None:
    run(*arguments(name, tmp_path))
    with suppress(CommandError):  # what is there already, or gone already
        run(*arguments(name, tmp_path))
    assert verify()[0] == 0


@pytest.mark.parametrize("name", IN_A_TEST)
@pytest.mark.usefixtures("old")
def test_json_is_objects_and_nothing_else_even_on_a_terminal(name: str, tmp_path: Path) -> None:
    lines = on_a_terminal(*arguments(name, tmp_path), "--json").splitlines()
    assert lines
    assert all(isinstance(json.loads(line), dict) for line in lines)


@pytest.mark.parametrize("name", LONG)
@pytest.mark.usefixtures("old")
def test_a_terminal_shows_how_far_it_is(name: str, tmp_path: Path) -> None:
    shown = on_a_terminal(*arguments(name, tmp_path))
    assert re.search(r"\r\x1b\[K[^\r]*\d[^\r]*\r\x1b\[K", shown)  # a number, and taken back


@pytest.mark.parametrize("name", IN_A_TEST)
def test_it_leaves_the_entries_that_the_manual_has_of_it(
    name: str, tmp_path: Path, room: Room, bob: User
) -> None:
    Room.objects.filter(pk=room.pk).update(retention_days=7)
    Authenticator.objects.create(user=bob, type=Authenticator.Type.TOTP, data={})
    run(*arguments(name, tmp_path))
    left = AuditEntry.objects.all()
    assert {entry.action for entry in left} == ENTRIES[name] <= set(re.findall(WORD, said_of(name)))
    assert {entry.address for entry in left} <= {None}


def test_the_manual_says_of_each_what_it_leaves_or_why_it_leaves_nothing() -> None:
    for name in FOUND:
        assert re.search(rf"{WORD}|^none: ", said_of(name)), name


def said_of(name: str) -> str:
    """Its cell in the table of the audit log."""
    _, _, section = MANUAL.partition("\n## The audit log\n")
    (cell,) = re.findall(rf"^\| [^|]*`{name}`[^|]* \| (.*) \|$", section, re.MULTILINE)
    return str(cell)


@pytest.mark.parametrize("name", ABOUT_SOMEBODY)
def test_an_unknown_account_is_wrong_use(name: str, tmp_path: Path) -> None:
    more = ARGUMENTS[name][1:]
    assert refusal(name, "nobody", *more) == (2, "There is no account 'nobody'.")
