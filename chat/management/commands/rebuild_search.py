import json

from django.core.management.base import CommandParser

from accounts.management.operating import StatusLine, pausable
from chat.actions import search_index
from chat.counted import counted
from chat.management.operating import ChatCommand
from chat.models import Message


class Command(ChatCommand):
    help = (
        "Holds the search index against the messages and makes it right where it is not. May run while the"
        " chat is in use, and be interrupted and run again: what is right is left alone."
    )
    examples = """example:
  manage.py rebuild_search

With --json the output is one object: "messages" (looked at) and "mended" (entries).
"""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="write an object, see below")

    def handle(self, *, json: bool, **options: object) -> None:
        looked_at, mended = self._rebuild(shows_progress=not json)
        self._tell(looked_at, mended, as_json=json)

    def _rebuild(self, *, shows_progress: bool) -> tuple[int, int]:
        line, looked_at, mended = StatusLine(self.stdout), 0, 0
        total = Message.objects.count() if shows_progress else 0
        try:
            for messages, wrong in pausable(search_index.rebuild()):
                looked_at, mended = looked_at + messages, mended + wrong
                if shows_progress:
                    line.show(f"{looked_at / max(total, 1):.0%}, {mended:,} mended")
        finally:
            line.clear()
        return looked_at, mended

    def _tell(self, looked_at: int, mended: int, *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps({"messages": looked_at, "mended": mended}))
        else:
            found = counted(mended, "entry", "entries")
            self.stdout.write(f"{counted(looked_at, 'message')} looked at, {found} mended.")
