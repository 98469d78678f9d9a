import json
import secrets

from django.core.management.base import CommandError, CommandParser

from accounts.management.operating import WRONG_USE, StatusLine
from chat.demo.seed import Summary, seed
from chat.demo.stage import SlugTaken
from chat.management.operating import ChatCommand
from chat.models import Message


class Command(ChatCommand):
    help = (
        "Fills an empty chat with made-up people, rooms and conversations. Stopped in the middle, it leaves"
        " what was told by then, whole, and --again tells more."
    )
    examples = """examples:
  manage.py seed_demo
  manage.py seed_demo --messages 100000 --again

With --json the output is one object: "messages", "rooms", "usernames", "password" (of them all), "seconds".
"""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--messages", type=int, default=2_000, help="how many (default 2000)")
        parser.add_argument(
            "--again", action="store_true", help="add to a chat that has messages already"
        )
        parser.add_argument("--json", action="store_true", help="write an object, see below")

    def handle(self, *, messages: int, again: bool, json: bool, **options: object) -> None:
        if messages < 1:
            raise CommandError("--messages must be at least 1.", returncode=WRONG_USE)
        # One rule keeps a real chat safe from strangers and a demo from being doubled.
        if not again and Message.objects.exists():
            raise CommandError(
                "There are messages here already: manage.py seed_demo --again adds the demo's to them."
            )
        # Of its own each time: these accounts are real ones.
        password = f"demo-{secrets.token_hex(4)}"
        try:
            done = self._seed(messages, password, shows_progress=not json)
        except SlugTaken as error:
            raise CommandError(f"The room {error} is not the demo's: rename it first.") from None
        self._tell(done, password, as_json=json)

    def _seed(self, messages: int, password: str, *, shows_progress: bool) -> Summary:
        line = StatusLine(self.stdout)

        def show(stored: int) -> None:
            if shows_progress:
                line.show(f"{stored:,} of {messages:,} messages")

        try:
            return seed(messages, password, show)
        finally:
            line.clear()

    def _tell(self, done: Summary, password: str, *, as_json: bool) -> None:
        usernames = [user.username for user in done.people]
        if as_json:
            about = {"messages": done.messages, "rooms": done.rooms, "usernames": usernames}
            about |= {"password": password, "seconds": round(done.seconds, 3)}
            self.stdout.write(json.dumps(about))
            return
        self.stdout.write(
            f"{done.messages:,} messages in {done.rooms} rooms by {len(done.people)} people,"
            f" in {done.seconds:.1f} s."
        )
        self.stdout.write(
            f"Sign in as {', '.join(usernames[:3])} … with the password {password}, or with an account of"
            " your own."
        )
