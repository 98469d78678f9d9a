import sys

from django.core.management.base import CommandParser

from chat.actions.audit import record
from chat.management.operating import ChatCommand, find_room
from chat.verify import run, search
from chat.verify.forms import JsonLines, Text
from chat.verify.progress import Progress
from chat.verify.report import Report


class Command(ChatCommand):
    help = "Proves that no message was lost, doubled or reordered, and all counters agree with it."
    examples = """\
It may run while the chat is in use. The exit code is 0 when no trouble is left, 1 when some is, and 2 when
the examination did not come to its end. docs/operations.md explains each finding.

With --json each line of the output is an object. Its "type" is
  finding   "check", "detail", "room_id" or null, "seq" or null, "repairable"
  mended    the same, of what --repair mended
  more      "check" and the "number" of findings that are not listed, after the first 100
  checked   comes last: "rooms", "messages", "attachments", "seconds", "mended", "findings" (those left),
            "words_one_in" (of how many messages one had its words compared with the search index)

examples:
  manage.py verify_chat                         # every night, say
  manage.py verify_chat --thorough              # every month, and after a crash that frightened you
  manage.py verify_chat --room general --repair
"""
    failure_code = 2

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--room",
            metavar="ID_OR_SLUG",
            help="check this room and its attachments only, nothing that concerns the whole site",
        )
        parser.add_argument(
            "--thorough",
            action="store_true",
            help="compare the words of all messages with the search index, else of one in"
            f" {search.ONE_IN} where there are more than {search.ALL_UP_TO:,}; and on SQLite each row with"
            " its indexes",
        )
        parser.add_argument(
            "--repair",
            action="store_true",
            help="mend what has one right answer; every client then starts from a snapshot",
        )
        parser.add_argument("--json", action="store_true", help="write JSON lines, see below")

    def handle(
        self, *, room: str | None, thorough: bool, repair: bool, json: bool, **options: object
    ) -> None:
        report = self._verify(room, is_thorough=thorough, mending=repair, as_json=json)
        if report.totals.mended:
            record("site.repair", actor_id=None, details={"mended": report.totals.mended})
        if report.totals.findings:
            sys.exit(1)

    def _verify(
        self, room: str | None, *, is_thorough: bool, mending: bool, as_json: bool
    ) -> Report:
        room_id = None if room is None else find_room(room).pk
        messages, rows = run.expected(room_id)
        share = search.share(messages, is_thorough=is_thorough)
        shows_progress = self.stdout.isatty() and not as_json
        progress = Progress(
            self._draw if shows_progress else _draw_nothing, messages=messages, rows=rows
        )
        report = Report(JsonLines() if as_json else Text(), self.stdout.write, progress)
        report.totals.words_one_in = share.one_in
        try:
            if room_id is None:
                run.verify_site(report, share, mending=mending)
            else:
                run.verify_only(room_id, report, share, mending=mending)
            report.close()
        finally:
            progress.clear()  # whatever ends it, the next line is not written into the bar
        return report

    def _draw(self, text: str) -> None:
        self.stdout.write(text, ending="")
        self.stdout.flush()


def _draw_nothing(text: str) -> None:
    """Into files and pipes only lines go."""
