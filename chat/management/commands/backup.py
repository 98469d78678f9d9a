import json
import sys
import time
from pathlib import Path

from django.core.management.base import CommandParser

from accounts.management.operating import StatusLine
from chat.backup import making, restoring
from chat.counted import counted
from chat.management.operating import ChatCommand


class Command(ChatCommand):
    help = (
        "Copies all that the site keeps into one folder, or one tar: the database, stored files, and keys."
        " The chat goes on meanwhile. Whoever has the copy can read everything and be anybody: guard it."
    )
    examples = """examples:
  manage.py backup /srv/backups/2026-11-28
  manage.py backup /srv/backups/2026-11-28.tar --verify   # restores it into a scratch place and examines that

With --json the output is one object: "path", "files", "bytes", "seconds"; with --verify the lines of
verify_chat --json follow. The exit code is 1 where the examination finds something.
"""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path, help="a new folder, or a new file that ends in .tar")
        parser.add_argument("--verify", action="store_true", help="see whether it can be restored")
        parser.add_argument("--json", action="store_true", help="write an object, see below")

    def handle(self, *, path: Path, verify: bool, json: bool, **options: object) -> None:
        path = path.absolute()
        line, began = StatusLine(self.stdout), time.monotonic()
        try:
            made = making.make(path, _ignore if json else line.show)
        finally:
            line.clear()
        self._tell(path, made, time.monotonic() - began, as_json=json)
        if verify:
            self.stdout.flush()
            if code := restoring.verify_apart(path, *(("--json",) if json else ())):
                sys.exit(code)

    def _tell(self, path: Path, made: making.Made, seconds: float, *, as_json: bool) -> None:
        if as_json:
            about = {"path": str(path), "files": made.files, "bytes": made.bytes}
            self.stdout.write(json.dumps(about | {"seconds": round(seconds, 3)}))
        else:
            self.stdout.write(
                f"The database, {counted(made.files, 'file')} and the keys are in {path}:"
                f" {made.bytes:,} bytes, in {seconds:.1f} s."
            )


def _ignore(text: str) -> None:
    """Among JSON lines nothing else goes."""
