"""Stored files that no row names. They take space and do no harm; `prune_uploads` deletes them."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.core.files.storage import default_storage
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from chat.models import Attachment
from files import storing

from .finding import Finding
from .pages import ignore, walk

FOLDERS = ("attachments", "thumbs", "avatars")
# An upload stores its file first and its row soon after. The rows are read after the folder, so those of
# older files are there.
UPLOAD_TAKES_AT_MOST = timedelta(hours=1)


def check() -> Iterator[Finding]:
    for path in stray():
        yield Finding("orphan", f"the file {path!r} belongs to nothing")


def stray() -> Iterator[str]:
    """Their names; none where the storage cannot list its files or tell their age."""
    for top in FOLDERS:
        for folder, names in storing.folders(top):
            for path in _unnamed(folder, names):
                if _is_old(path):
                    yield path


def _unnamed(folder: str, names: list[str]) -> list[str]:
    """One scan of the table for a folder: there is no index of paths, and a folder is a month's."""
    left = {f"{folder}/{name}" for name in names}
    inside = Attachment.objects.filter(
        Q(file__startswith=f"{folder}/") | Q(thumb__startswith=f"{folder}/")
    )
    for _, _, file, thumb in walk(inside.values_list("id", "pk", "file", "thumb"), "id", 0, ignore):
        left.discard(file)
        left.discard(thumb)
    people = User.objects.filter(avatar__startswith=f"{folder}/")
    return sorted(left.difference(people.values_list("avatar", flat=True)))


def _is_old(path: str) -> bool:
    try:
        modified: datetime = default_storage.get_modified_time(path)
    except (FileNotFoundError, NotImplementedError):
        return False
    return timezone.now() - modified > UPLOAD_TAKES_AT_MOST
