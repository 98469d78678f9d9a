"""Where files are: Django's default storage, a folder of this machine or a bucket, by setting.

Names are random, so that they tell nothing and nobody can guess one; a name that a person gave is never part
of a path. Who stores a file does so before the row that names it, and removes it again if there will be none.
"""

import logging
import os
import secrets
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.utils import timezone

MIB = 1024 * 1024
# Files leave so many times MIN_FREE_MIB free: on that disk is the database, too, and messages go on.
KEPT_FREE = 2

log = logging.getLogger(__name__)


def has_room_for(size: int) -> bool:
    """Whether a file of so many bytes may be stored. What is not on this machine is not ours to judge."""
    folder = local_path("")
    if folder is None:
        return True
    while not folder.exists():  # the first file makes it
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    if free - size >= KEPT_FREE * settings.MIN_FREE_MIB * MIB:
        return True
    log.error("No room for files: %d MiB free below %s (MIN_FREE_MIB)", free // MIB, folder)
    return False


def save(folder: str, content: "File[bytes]") -> str:
    """Stores it below `folder`, one for each month, and returns its name there. It is on disk by then."""
    month = timezone.now().strftime("%Y/%m")
    name = default_storage.save(f"{folder}/{month}/{secrets.token_hex(16)}", content)
    _sync(name)
    return name


def remove(names: Iterable[str]) -> None:
    """Removes files whose rows are gone. `manage.py prune_uploads` finds one that resists."""
    for name in names:
        try:
            default_storage.delete(name)
        except Exception:
            log.exception("The file %r could not be removed.", name)


def folders(top: str) -> Iterator[tuple[str, list[str]]]:
    """Each folder from `top` down with the names of its files; none where the storage cannot list them."""
    waiting = [top]
    while waiting:
        folder = waiting.pop()
        try:
            inside, names = default_storage.listdir(folder)
        except (FileNotFoundError, NotImplementedError):
            continue
        yield folder, names
        waiting += [f"{folder}/{name}" for name in inside]


def local_path(name: str) -> Path | None:
    """None where the storage is not on this machine."""
    try:
        return Path(default_storage.path(name))
    except NotImplementedError:
        return None


def _sync(name: str) -> None:
    """A message that was acknowledged survives a power cut, and so has what hangs on it."""
    path = local_path(name)
    if path is None:
        return
    for place in (path, path.parent):
        descriptor = os.open(place, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
