from argparse import RawDescriptionHelpFormatter
from itertools import takewhile

from django.core.management.base import BaseCommand, CommandParser

from chat.actions import uploads
from chat.protocol.limits import UNSENT_HOURS
from chat.verify import orphans
from files import storing

DESCRIPTION = f"""Removes what was uploaded and not sent within {UNSENT_HOURS} hours, and files that a crash
left without a row. The server does the former by itself as people upload; the latter only this does."""
EXAMPLES = """examples:
  manage.py prune_uploads --dry-run    # only say what would go
  manage.py prune_uploads              # once a day, say
"""


class Command(BaseCommand):
    help = DESCRIPTION

    def add_arguments(self, parser: CommandParser) -> None:
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.epilog = EXAMPLES
        parser.add_argument("--dry-run", action="store_true", help="remove nothing")

    def handle(self, *, dry_run: bool, **options: object) -> None:
        if dry_run:
            expired, stray = uploads.expired().count(), len(list(orphans.stray()))
        else:
            expired = sum(takewhile(bool, iter(uploads.prune_expired, None)))
            stray = self._remove_stray()
        verb = "Would remove" if dry_run else "Removed"
        self.stdout.write(f"{verb} {expired} unsent uploads and {stray} stray files.")

    def _remove_stray(self) -> int:
        found = list(orphans.stray())
        storing.remove(found)
        return len(found)
