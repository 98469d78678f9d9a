import json
import sys
from pathlib import Path

from django.core.management.base import CommandError, CommandParser

from accounts.management.operating import WRONG_USE, StatusLine, pausable
from chat.counted import counted
from chat.export.run import FORMS, Export
from chat.management.operating import ChatCommand, find_room


class Command(ChatCommand):
    help = (
        "Writes a room's messages into files that need no chat to be read: JSON Lines for programs, one page"
        " of HTML for people. Deleted messages are without their text. May run while the chat is in use."
    )
    examples = """examples:
  manage.py export_room general                         # general.jsonl and general.html
  manage.py export_room 17 --format jsonl --edits --into /srv/exports
  manage.py export_room general --files                 # attached files, into general-files/

With --json the output is one object: "room" (id), "messages", "written" (paths), "missing_files". The exit
code is 1 where a file that should have been copied is missing.
"""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("room", metavar="ID_OR_SLUG")
        parser.add_argument("--into", type=Path, default=Path(), help="the folder (default: here)")
        parser.add_argument("--format", choices=tuple(FORMS), help="only this one")
        parser.add_argument("--edits", action="store_true", help="also what messages said before")
        parser.add_argument("--files", action="store_true", help="also copy attached files")
        parser.add_argument("--json", action="store_true", help="write an object, see below")

    def handle(self, *, room: str, into: Path, json: bool, **options: object) -> None:
        if not into.is_dir():
            raise CommandError(f"There is no folder {str(into)!r}.", returncode=WRONG_USE)
        export = Export(
            find_room(room),
            into,
            forms=(str(options["format"]),) if options["format"] else tuple(FORMS),
            with_edits=bool(options["edits"]),
            with_files=bool(options["files"]),
        )
        self._run(export, shows_progress=not json)
        self._tell(export, as_json=json)
        if export.missing_files:
            sys.exit(1)

    def _run(self, export: Export, *, shows_progress: bool) -> None:
        line = StatusLine(self.stdout)
        expected = export.room.last_seq - export.room.first_seq + 1
        try:
            for _ in pausable(export.run()):
                if shows_progress:
                    line.show(f"{export.messages:,} of {expected:,} messages")
        finally:
            line.clear()

    def _tell(self, export: Export, *, as_json: bool) -> None:
        paths = [str(path) for path in export.written]
        if as_json:
            about = {"room": export.room.pk, "messages": export.messages, "written": paths}
            self.stdout.write(json.dumps(about | {"missing_files": export.missing_files}))
            return
        self.stdout.write(f"{counted(export.messages, 'message')} in {' and '.join(paths)}.")
        if export.missing_files:
            missing = counted(
                export.missing_files, "attached file is missing", "attached files are missing"
            )
            self.stdout.write(f"{missing}.")
