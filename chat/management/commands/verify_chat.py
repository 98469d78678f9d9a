import sys
from argparse import RawDescriptionHelpFormatter
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from chat.management.operating import find_room
from chat.verify import run
from chat.verify.forms import JsonLines, Text
from chat.verify.progress import Progress
from chat.verify.report import Report

CANNOT_TELL = 2
DETAILS = """\
It may run while the chat is in use. The exit code is 0 when no trouble is left, 1 when some is, and 2 when
the command could not be carried out. docs/operations.md explains each finding.

With --json each line of the output is an object. Its "type" is
  finding   "check", "detail", "room_id" or null, "seq" or null, "repairable"
  mended    the same, of what --repair mended
  more      "check" and the "number" of findings that are not listed, after the first 100
  checked   comes last: "rooms", "messages", "attachments", "seconds", "mended", "findings" (those left)

examples:
  manage.py verify_chat
  manage.py verify_chat --room general --repair
"""


class Command(BaseCommand):
    help = "Proves that no message was lost, doubled or reordered, and all counters agree with it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.epilog = DETAILS
        parser.add_argument(
            "--room",
            metavar="ID_OR_SLUG",
            help="check this room and its attachments only, nothing that concerns the whole site",
        )
        parser.add_argument(
            "--repair",
            action="store_true",
            help="mend what has one right answer; every client then starts from a snapshot",
        )
        parser.add_argument("--json", action="store_true", help="write JSON lines, see below")

    def handle(self, *, room: str | None, repair: bool, json: bool, **_: Any) -> None:
        try:
            report = self._verify(room, mending=repair, as_json=json)
        except DatabaseError as error:
            raise CommandError(f"The database fails: {error}", returncode=CANNOT_TELL) from None
        except OSError as error:  # of the storage, or the pipe that this writes to
            raise CommandError(f"Cannot go on: {error}", returncode=CANNOT_TELL) from None
        except KeyboardInterrupt:
            raise CommandError("Stopped before the end.", returncode=CANNOT_TELL) from None
        if report.totals.findings:
            sys.exit(1)

    def _verify(self, room: str | None, *, mending: bool, as_json: bool) -> Report:
        room_id = None if room is None else find_room(room).pk
        messages, rows = run.expected(room_id)
        shows_progress = self.stdout.isatty() and not as_json
        progress = Progress(
            self._draw if shows_progress else _draw_nothing, messages=messages, rows=rows
        )
        report = Report(JsonLines() if as_json else Text(), self.stdout.write, progress)
        try:
            if room_id is None:
                run.verify_site(report, mending=mending)
            else:
                run.verify_only(room_id, report, mending=mending)
            report.close()
        finally:
            progress.clear()  # whatever ends it, the next line is not written into the bar
        return report

    def _draw(self, text: str) -> None:
        self.stdout.write(text, ending="")
        self.stdout.flush()


def _draw_nothing(text: str) -> None:
    """Into files and pipes only lines go."""
