import json

from django.core.management.base import CommandParser

from accounts.management.operating import StatusLine, pausable
from chat.actions import announcements
from chat.counted import counted
from chat.management.operating import ChatCommand, find_room


class Command(ChatCommand):
    help = (
        "Says something in a room, or in all but the archived and the direct ones, as a message of the"
        " system's. A room that has just heard the same is left out, so it may be run again."
    )
    examples = """examples:
  manage.py announce 'We update at 22:00 UTC, for a minute.'
  manage.py announce --room general 'Lunch is in the garden.'

With --json the output is one object: "said" (in how many rooms) and "left_out".
"""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("text")
        parser.add_argument("--room", metavar="ID_OR_SLUG", help="only there")
        parser.add_argument("--json", action="store_true", help="write an object, see below")

    def handle(self, *, text: str, room: str | None, json: bool, **options: object) -> None:
        if room is None:
            outcomes = self._announce_everywhere(text, shows_progress=not json)
        else:
            outcomes = [announcements.announce(find_room(room).pk, text)]
        self._tell(sum(outcomes), outcomes.count(False), as_json=json)

    def _announce_everywhere(self, text: str, *, shows_progress: bool) -> list[bool]:
        """Of each room, whether it was said now."""
        line, outcomes = StatusLine(self.stdout), []
        try:
            for _, is_said in pausable(announcements.announce_everywhere(text)):
                outcomes.append(is_said)
                if shows_progress:
                    line.show(counted(len(outcomes), "room"))
        finally:
            line.clear()
        return outcomes

    def _tell(self, said: int, left_out: int, *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps({"said": said, "left_out": left_out}))
        else:
            others = f"; {left_out:,} had just heard it" if left_out else ""
            self.stdout.write(f"Said in {counted(said, 'room')}{others}.")
