import time
from argparse import RawDescriptionHelpFormatter

from django.core.management.base import BaseCommand, CommandError, CommandParser

from chat.actions import search_index
from chat.models import Message

EXAMPLE = """example:
  manage.py rebuild_search
"""
REDRAW_SECONDS = 0.2


class Command(BaseCommand):
    help = (
        "Holds the search index against the messages and makes it right where it is not. May run while the"
        " chat is in use, and be interrupted and run again: what is right is left alone."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.epilog = EXAMPLE

    def handle(self, **options: object) -> None:
        total, looked_at, mended = Message.objects.count(), 0, 0
        drawn_at = float("-inf")
        try:
            for messages, wrong in search_index.rebuild():
                looked_at, mended = looked_at + messages, mended + wrong
                if self.stdout.isatty() and time.monotonic() - drawn_at >= REDRAW_SECONDS:
                    drawn_at = time.monotonic()
                    self._draw(f"{looked_at / max(total, 1):.0%}, {mended:,} mended")
        except KeyboardInterrupt:
            raise CommandError("Stopped before the end; run it again to go on.") from None
        finally:
            if self.stdout.isatty():
                self._draw("")
        self.stdout.write(f"{looked_at:,} messages looked at, {mended:,} entries mended.")

    def _draw(self, text: str) -> None:
        self.stdout.write(f"\r\x1b[K{text}", ending="")
        self.stdout.flush()
