"""Copies of attached files, under names that say what they are and cannot lead anywhere else."""

from collections.abc import Iterable
from pathlib import Path
from shutil import copyfileobj

from django.core.files.storage import default_storage

from chat.models import Attachment
from files.names import clean_name, fit_for_disk

PIECE_BYTES = 1024 * 1024


class Copies:
    """`paths` by attachment, relative to the folder that holds `folder`; `missing` could not be read."""

    def __init__(self, folder: Path) -> None:
        self.paths: dict[int, str] = {}
        self.missing = 0
        self._folder = folder

    def take(self, rows: Iterable[Attachment]) -> None:
        """Forgets those of the page before: paths are only asked for while their page is written."""
        self.paths.clear()
        for row in rows:
            self._copy(row)

    def _copy(self, row: Attachment) -> None:
        name = f"{row.pk}-{fit_for_disk(clean_name(row.name))}"
        try:
            source = default_storage.open(str(row.file))
        except FileNotFoundError:
            self.missing += 1
            return
        self._folder.mkdir(mode=0o700, exist_ok=True)
        with source, (self._folder / name).open("wb") as target:
            copyfileobj(source, target, PIECE_BYTES)
        self.paths[row.pk] = f"{self._folder.name}/{name}"
