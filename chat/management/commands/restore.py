import sys
from pathlib import Path

from django.core.management import call_command
from django.core.management.base import CommandParser

from accounts.management.operating import StatusLine
from chat.backup import restoring
from chat.management.operating import ChatCommand


class Command(ChatCommand):
    help = (
        "Brings a backup back, into the empty database that DATABASE_URL names and the storage of this site,"
        " and examines what came of it as verify_chat does. Made by the same version only. Let people in"
        " afterwards: every client starts from snapshots."
    )
    examples = """examples:
  DATABASE_URL=sqlite:////srv/chat/new.sqlite3 manage.py restore /srv/backups/2026-11-28
  manage.py restore /srv/backups/2026-11-28.tar --scratch   # only see whether it could be

With --json the output is that of verify_chat --json. The exit code is 1 where the backup is refused or
damaged, or the examination finds something.
"""

    requires_migrations_checks = False  # it is into an empty database

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path, help="what `backup` has made")
        parser.add_argument(
            "--scratch", action="store_true", help="into a scratch place that goes afterwards"
        )
        parser.add_argument("--json", action="store_true", help="write JSON lines")

    def handle(self, *, path: Path, scratch: bool, json: bool, **options: object) -> None:
        wording = ("--json",) if json else ()
        if scratch:
            sys.exit(restoring.verify_apart(path.absolute(), *wording))
        line = StatusLine(self.stdout)
        try:
            is_same_key = restoring.restore(path, (lambda _: None) if json else line.show)
        finally:
            line.clear()
        if not is_same_key:
            self.stderr.write(
                "SECRET_KEY is another than the backup's: put that of its keys.json into .env, or everybody"
                " has to sign in again, and what was sent before is refused when it is sent once more."
            )
        call_command("verify_chat", *wording, stdout=self.stdout)
