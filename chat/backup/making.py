"""Makes a backup of the site that this process is configured for."""

import io
import json
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection

from chat.actions.audit import record
from chat.backup import manifest, postgres, sqlite
from chat.backup.archives import Target, Telling, target_at
from chat.counted import counted
from chat.verify.orphans import FOLDERS
from files import storing

DATABASE, KEYS, FILES = "database", "keys.json", "files/"
Tick = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Made:
    files: int
    bytes: int


def make(path: Path, tick: Tick) -> Made:
    """`path` gets it; `tick` is told how far it is."""
    with target_at(path) as target:
        # First of all: what was begun may have been seen, and whoever has it can read everything.
        record("site.backup", actor_id=None, details={"path": str(path)})
        copied: set[str] = set()
        _copy_files(target, copied, tick)
        _copy_database(target, path.parent, tick)
        _copy_files(target, copied, tick)
        _copy_keys(target)
        made = Made(files=len(copied), bytes=target.bytes)
        about = manifest.write(manifest.describe(target.add_checksums()))
        target.add_manifest(manifest.NAME, io.BytesIO(about), len(about))
    return made


def _copy_files(target: Target, copied: set[str], tick: Tick) -> None:
    for top in FOLDERS:
        for folder, names in storing.folders(top):
            for name in sorted(f"{folder}/{name}" for name in names):
                if name not in copied and _copy_file(target, name):
                    copied.add(name)
                    tick(f"{counted(len(copied), 'file')}, {target.bytes:,} bytes")


def _copy_file(target: Target, name: str) -> bool:
    """False where it went meanwhile, with its message."""
    try:
        size, file = default_storage.size(name), default_storage.open(name)
    except FileNotFoundError:
        return False
    with file:
        target.add(FILES + name, file, size)
    return True


def _copy_database(target: Target, folder: Path, tick: Tick) -> None:
    dialect = postgres if connection.vendor == "postgresql" else sqlite
    with tempfile.TemporaryDirectory(dir=folder, prefix=".backup-") as scratch:
        path = Path(scratch) / DATABASE
        dialect.dump(path, lambda done: tick(f"database: {done} read"))
        size = path.stat().st_size
        with path.open("rb") as file:
            telling = Telling(file, lambda done: tick(f"database: {done / size:.0%} written"))
            target.add(DATABASE, telling, size)


def _copy_keys(target: Target) -> None:
    keys = {
        "SECRET_KEY": settings.SECRET_KEY,
        "SECRET_KEY_FALLBACKS": settings.SECRET_KEY_FALLBACKS,
    }
    text = json.dumps(keys, indent=2).encode() + b"\n"
    target.add(KEYS, io.BytesIO(text), len(text))
