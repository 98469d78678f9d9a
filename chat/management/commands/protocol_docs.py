from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser

from chat import protocol_docs
from chat.management.operating import ChatCommand


class Command(ChatCommand):
    help = "Writes docs/protocol.md and docs/protocol.schema.json from the code of the wire."
    examples = """examples:
  manage.py protocol_docs
  manage.py protocol_docs --check   # writes nothing; exit code 1 where they are out of date
"""
    requires_system_checks = ()
    requires_migrations_checks = False  # it needs no database

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="write nothing; fail if the files are out of date"
        )
        parser.add_argument(
            "--into", type=Path, default=settings.BASE_DIR / "docs", help="the folder"
        )

    def handle(self, *, check: bool, into: Path, **options: Any) -> None:
        texts = {
            into / "protocol.md": protocol_docs.document(),
            into / "protocol.schema.json": protocol_docs.pretty(protocol_docs.schema()) + "\n",
        }
        stale = [path for path, text in texts.items() if _read(path) != text]
        if check and stale:
            names = " and ".join(path.name for path in stale)
            raise CommandError(f"Out of date in {into}: {names}. Run `manage.py protocol_docs`.")
        for path in stale:
            path.write_text(texts[path], encoding="utf-8")
            self.stdout.write(f"Wrote {path}.")


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None
