"""Brings a backup back, into an empty database, and into scratch places to see whether it could be."""

import json
import os
import re
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from shutil import copyfileobj
from typing import IO, cast
from urllib.parse import quote

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import connection

from chat.actions import site
from chat.backup import manifest, postgres, sqlite
from chat.backup.archives import PIECE_BYTES, Readable, Source, Telling, damaged, source_at
from chat.backup.making import DATABASE, FILES, KEYS
from chat.counted import counted
from chat.errors import Conflict
from chat.verify.orphans import FOLDERS

NAME = re.compile(rf"(?:{'|'.join(FOLDERS)})(?:/[A-Za-z0-9_-][A-Za-z0-9_.-]*)+")


def restore(path: Path, tick: Callable[[str], None]) -> bool:
    """Whether SECRET_KEY is that of the backup. Every client starts from snapshots afterwards."""
    dialect = postgres if connection.vendor == "postgresql" else sqlite
    with source_at(path) as source:
        about = manifest.read(source.read(manifest.NAME))
        manifest.refuse_foreign(about)
        if not dialect.is_empty():
            raise Conflict("The database of DATABASE_URL is not empty: name a new one.")
        rest = _restore_files(source, about.checksums, tick)
        with tempfile.TemporaryDirectory(dir=dialect.folder(), prefix=".restore-") as scratch:
            copy = Path(scratch) / DATABASE
            _extract(source, rest, copy, lambda done: tick(f"database: {done:,} bytes read"))
            is_same_key = _has_same_key(source, rest)
            dialect.load(copy, lambda done: tick(f"database: being loaded, {done}"))
    site.begin_again(about.made_at)
    return is_same_key


def verify_apart(path: Path, *arguments: str) -> int:
    """Restores into a scratch place, by another process; the exit code of that."""
    with tempfile.TemporaryDirectory(prefix="chat-verify-") as folder, _scratch_database() as url:
        env = {"VAR_DIR": folder, "FILES_BUCKET": "", "DATABASE_URL": url}
        command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "restore", str(path)]
        return subprocess.run([*command, *arguments], env=os.environ | env, check=False).returncode


def _restore_files(source: Source, checksums: str, tick: Callable[[str], None]) -> dict[str, str]:
    """Puts stored files where they were; the checksums of the others."""
    rest: dict[str, str] = {}
    number = 0
    for name, digest in source.sums(checksums):
        if not name.startswith(FILES):
            rest[name] = digest
            continue
        stored = name.removeprefix(FILES)
        if not NAME.fullmatch(stored):
            raise damaged(name)
        _restore_file(source, name, digest, stored)
        number += 1
        tick(counted(number, "file"))
    return rest


def _restore_file(source: Source, name: str, digest: str, stored: str) -> None:
    """One that is there already is of a restore that was stopped."""
    default_storage.delete(stored)
    with source.checked(name, digest) as file:
        default_storage.save(stored, File(cast(IO[bytes], file)))  # it only reads


def _extract(
    source: Source, checksums: dict[str, str], path: Path, tell: Callable[[int], None]
) -> None:
    with _checked(source, checksums, DATABASE) as file, path.open("wb") as target:
        copyfileobj(Telling(file, tell), target, PIECE_BYTES)


def _has_same_key(source: Source, checksums: dict[str, str]) -> bool:
    with _checked(source, checksums, KEYS) as file:
        text = file.read()
    keys = json.loads(text)  # by now it is known to be what was written
    return secrets.compare_digest(str(keys["SECRET_KEY"]), settings.SECRET_KEY)


def _checked(
    source: Source, checksums: dict[str, str], name: str
) -> AbstractContextManager[Readable]:
    if name not in checksums:
        raise Conflict(f"The backup is not whole: {name} is missing.")
    return source.checked(name, checksums[name])


@contextmanager
def _scratch_database() -> Iterator[str]:
    """The address of an empty database that goes afterwards; SQLite's is in the scratch folder by default."""
    if connection.vendor != "postgresql":
        yield ""
        return
    name = f"chat_verify_{secrets.token_hex(4)}"
    # Not as the server makes them by default, which may know no Chinese.
    _execute(f"CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0")
    try:
        yield _address(name)
    finally:
        _execute(f"DROP DATABASE {name}")


def _execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def _address(name: str) -> str:
    given = connection.settings_dict
    user, password, host = (quote(str(given[key]), safe="") for key in ("USER", "PASSWORD", "HOST"))
    who = f"{user}:{password}@" if password else f"{user}@" if user else ""
    port = f":{given['PORT']}" if given["PORT"] else ""
    return f"postgres://{who}{host}{port}/{name}"
