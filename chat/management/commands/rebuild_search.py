from chat.actions import search_index
from chat.management.operating import OperatorCommand, StatusLine, pausable
from chat.models import Message


class Command(OperatorCommand):
    help = (
        "Holds the search index against the messages and makes it right where it is not. May run while the"
        " chat is in use, and be interrupted and run again: what is right is left alone."
    )

    examples = """example:
  manage.py rebuild_search
"""

    def handle(self, **options: object) -> None:
        total, looked_at, mended = Message.objects.count(), 0, 0
        line = StatusLine(self.stdout)
        try:
            for messages, wrong in pausable(search_index.rebuild()):
                looked_at, mended = looked_at + messages, mended + wrong
                line.show(f"{looked_at / max(total, 1):.0%}, {mended:,} mended")
        finally:
            line.clear()
        self.stdout.write(f"{looked_at:,} messages looked at, {mended:,} entries mended.")
