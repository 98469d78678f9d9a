import json
from collections.abc import Iterator
from itertools import islice

from django.core.management.base import CommandParser

from accounts.management.operating import StatusLine, pausable
from chat.actions import uploads
from chat.counted import counted
from chat.management.operating import ChatCommand
from chat.protocol.limits import UNSENT_HOURS
from chat.verify import orphans
from files import storing

STRAY_AT_ONCE = 100


class Command(ChatCommand):
    help = (
        f"Removes what was uploaded and not sent within {UNSENT_HOURS} hours, and files that a crash left"
        " without a row. The server does the former by itself as people upload; the latter only this does."
    )
    examples = """examples:
  manage.py prune_uploads --dry-run    # only say what would go
  manage.py prune_uploads              # once a day, say

With --json the output is one object: "unsent", "stray", "removed" (whether they are gone).
"""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="remove nothing")
        parser.add_argument("--json", action="store_true", help="write an object, see below")

    def handle(self, *, dry_run: bool, json: bool, **options: object) -> None:
        if dry_run:
            unsent, stray = uploads.expired().count(), sum(1 for _ in orphans.stray())
        else:
            unsent = self._count("unsent uploads", _prune_unsent(), shows_progress=not json)
            stray = self._count("stray files", _prune_stray(), shows_progress=not json)
        if json:
            self._write_json(unsent, stray, is_gone=not dry_run)
        else:
            verb = "Would remove" if dry_run else "Removed"
            what = f"{counted(unsent, 'unsent upload')} and {counted(stray, 'stray file')}"
            self.stdout.write(f"{verb} {what}.")

    def _count(self, what: str, steps: Iterator[int], *, shows_progress: bool) -> int:
        line, done = StatusLine(self.stdout), 0
        try:
            for number in pausable(steps):
                done += number
                if shows_progress:
                    line.show(f"{done:,} {what} removed")
        finally:
            line.clear()
        return done

    def _write_json(self, unsent: int, stray: int, *, is_gone: bool) -> None:
        about = {"unsent": unsent, "stray": stray, "removed": is_gone}
        self.stdout.write(json.dumps(about))


def _prune_unsent() -> Iterator[int]:
    while number := uploads.prune_expired():
        yield number


def _prune_stray() -> Iterator[int]:
    found = orphans.stray()
    while names := list(islice(found, STRAY_AT_ONCE)):
        storing.remove(names)
        yield len(names)
