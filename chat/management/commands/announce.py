import json

from django.core.management.base import CommandParser

from chat.actions import announcements
from chat.management.operating import OperatorCommand, find_room, pausable


class Command(OperatorCommand):
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
            outcomes = [is_said for _, is_said in pausable(announcements.announce_everywhere(text))]
        else:
            outcomes = [announcements.announce(find_room(room).pk, text)]
        self._tell(sum(outcomes), outcomes.count(False), as_json=json)

    def _tell(self, said: int, left_out: int, *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps({"said": said, "left_out": left_out}))
        else:
            others = f"; {left_out:,} had just heard it" if left_out else ""
            self.stdout.write(f"Said in {said:,} rooms{others}.")
