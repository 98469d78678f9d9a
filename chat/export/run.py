"""Writes the files of one room. Each appears under its name when it is whole: a run that was stopped leaves
what was there before."""

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Protocol

from chat.actions.audit import record
from chat.export.files import Copies
from chat.export.json_lines import JsonLines
from chat.export.page import HtmlPage
from chat.export.timeline import Page, pages
from chat.models import Room
from files.names import fit_for_disk


class Form(Protocol):
    def head(self, room: Room) -> bytes: ...
    def page(self, page: Page) -> bytes: ...
    def tail(self, messages: int) -> bytes: ...


FORMS = {form.suffix: form for form in (JsonLines, HtmlPage)}


@dataclass(slots=True)
class Export:
    """What is to be written, and what was."""

    room: Room
    folder: Path
    forms: tuple[str, ...] = tuple(FORMS)
    with_edits: bool = False
    with_files: bool = False
    messages: int = 0
    missing_files: int = 0
    written: list[Path] = field(default_factory=list)

    def run(self) -> Iterator[int]:
        """Does it, page by page; how many messages each had."""
        copies = Copies(self.folder / f"{self._stem}-files")
        with ExitStack() as stack:
            outputs = [self._open(stack, name, copies.paths) for name in self.forms]
            self._record()
            for form, file in outputs:
                file.write(form.head(self.room))
            for page in pages(self.room, with_edits=self.with_edits):
                if self.with_files:
                    copies.take(row for rows in page.files.values() for row in rows)
                for form, file in outputs:
                    file.write(form.page(page))
                self.messages += len(page.rows)
                yield len(page.rows)
            for form, file in outputs:
                file.write(form.tail(self.messages))
        self.missing_files = copies.missing

    def _record(self) -> None:
        """Before a word is read: it may be a private conversation, and what was begun may have been seen."""
        details = {"edits": self.with_edits, "files": self.with_files}
        record("room.export", actor_id=None, room=self.room, details=details)

    def _open(
        self, stack: ExitStack, suffix: str, paths: Mapping[int, str]
    ) -> tuple[Form, BinaryIO]:
        path = self.folder / f"{self._stem}.{suffix}"
        file = stack.enter_context(_whole(path))
        self.written.append(path)
        return FORMS[suffix](paths), file

    @property
    def _stem(self) -> str:
        """Its address, whole: cut, it could be another room's."""
        slug = self.room.slug or ""
        return slug if slug and fit_for_disk(slug) == slug else f"{self.room.kind}-{self.room.pk}"


@contextmanager
def _whole(path: Path) -> Iterator[BinaryIO]:
    """A file for its owner's eyes, which takes the place of `path` once nothing has failed."""
    part = path.with_name(f"{path.name}.part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    part.replace(path)
