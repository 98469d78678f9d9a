from django.core.management.base import CommandError, CommandParser
from msgspec.json import encode

from accounts.management.operating import WRONG_USE
from chat import statistics
from chat.counted import counted
from chat.management.operating import ChatCommand
from chat.statistics import Statistics

MAX_DAYS = 366


class Command(ChatCommand):
    help = "Says how much there is: people, rooms, messages of the last days, files, the database."
    examples = """examples:
  manage.py chat_stats
  manage.py chat_stats --days 30 --json

With --json the output is one object: "people", "rooms", "messages", "by_day", "storage".
"""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--days", type=int, default=7, help="how many to list (default 7)")
        parser.add_argument("--json", action="store_true", help="write an object")

    def handle(self, *, days: int, json: bool, **options: object) -> None:
        if not 1 <= days <= MAX_DAYS:
            raise CommandError(f"--days is from 1 to {MAX_DAYS}.", returncode=WRONG_USE)
        found = statistics.gather(days)
        self.stdout.write(encode(found).decode() if json else "\n".join(_lines(found)))


def _lines(found: Statistics) -> list[str]:
    people, rooms, storage = found.people, found.rooms, found.storage
    return [
        f"People    {people.active:,} active, {people.seen:,} of them here in these days",
        f"          {counted(people.owners, 'owner')}, {people.deactivated:,} deactivated",
        f"Rooms     {rooms.public:,} public, {rooms.private:,} private, {rooms.direct:,} direct",
        f"          {rooms.archived:,} archived",
        f"Messages  {found.messages:,}",
        *(f"          {day}  {number:,}" for day, number in found.by_day.items()),
        f"Files     {storage.files:,}, {storage.file_bytes:,} bytes, {storage.unsent:,} not sent",
        f"Database  {storage.database_bytes:,} bytes",
    ]
