"""A whole process on a damaged SQLite file: what an operator meets after a bad disk."""

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.server import MANAGE, Server


@pytest.fixture(scope="module")
def healthy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of a small demo, all of it in one file."""
    server = Server(tmp_path_factory.mktemp("healthy"))
    server.prepare()
    file = server.var_dir / "chat.sqlite3"
    assert manage(file, "seed_demo", "--messages=300").returncode == 0
    with opened(file) as database:
        database.execute("PRAGMA journal_mode = DELETE")
    return file


@pytest.fixture
def file(healthy: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(healthy, tmp_path))


@contextmanager
def opened(file: Path) -> Iterator[sqlite3.Connection]:
    database = sqlite3.connect(file, isolation_level=None)
    try:
        yield database
    finally:
        database.close()


def verify(file: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return manage(file, "verify_chat", *arguments)


def manage(file: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, MANAGE, *command],
        env=os.environ | {"VAR_DIR": str(file.parent), "DATABASE_URL": f"sqlite:///{file}"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_healthy_file_has_exit_code_0(file: Path) -> None:
    result = verify(file)
    assert (result.returncode, result.stderr) == (0, "")
    assert "300 messages, 0 attachments in" in result.stdout
    assert result.stdout.endswith("no trouble found.\n")


def test_a_finding_has_exit_code_1(file: Path) -> None:
    with opened(file) as database:
        database.execute("DELETE FROM chat_message WHERE room_id = 1 AND seq = 2")
    result = verify(file, "--room", "general")
    assert (result.returncode, result.stderr) == (1, "")
    assert "room 1: message 2 is missing" in result.stdout


def test_an_unknown_room_has_exit_code_2_and_one_line(file: Path) -> None:
    result = verify(file, "--room", "nowhere")
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == "CommandError: There is no room 'nowhere'.\n"


def test_a_row_whose_parent_is_gone_is_found(file: Path) -> None:
    with opened(file) as database:
        (message,) = database.execute("SELECT message_id FROM chat_reaction").fetchone()
        database.execute("DELETE FROM chat_message WHERE id = ?", [message])
    result = verify(file)
    assert result.returncode == 1
    assert "of chat_reaction names a row of chat_message that is not there" in result.stdout


def test_an_index_that_its_table_contradicts_is_found(file: Path) -> None:
    with opened(file) as database:
        index = ("room_public_list",)
        entry = database.execute("SELECT * FROM sqlite_schema WHERE name = ?", index).fetchone()
        database.execute("PRAGMA writable_schema = ON")
        database.execute("DELETE FROM sqlite_schema WHERE name = ?", index)
    with opened(file) as database:  # it does not know of the index now
        database.execute("UPDATE chat_room SET name = 'another' WHERE id = 1")
        database.execute("PRAGMA writable_schema = ON")
        database.execute("INSERT INTO sqlite_schema VALUES (?, ?, ?, ?, ?)", entry)
    result = verify(file)
    assert result.returncode == 1
    assert "file: row 1 missing from index room_public_list; cannot be repaired" in result.stdout


def test_a_page_that_is_garbage_ends_no_more_than_it_must(file: Path) -> None:
    with opened(file) as database:
        (size,) = database.execute("PRAGMA page_size").fetchone()
        (root,) = database.execute(
            "SELECT rootpage FROM sqlite_schema WHERE name = 'chat_message'"
        ).fetchone()
    with file.open("r+b") as raw:
        raw.seek((root - 1) * size)
        raw.write(b"\xff" * size)
    result = verify(file)
    assert (result.returncode, result.stderr) == (1, "")
    assert "unreadable: room 1: the database cannot read it: database disk image" in result.stdout
    assert "Checked 10 rooms" in result.stdout


def test_what_is_no_database_gets_one_line(file: Path) -> None:
    file.write_bytes(b"not a database, not by a long way " * 100)
    result = verify(file)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == "CommandError: The database fails: file is not a database\n"
