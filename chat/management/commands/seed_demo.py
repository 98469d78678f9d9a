import secrets
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from chat.demo.seed import seed
from chat.demo.stage import SlugTaken
from chat.models import Message


class Command(BaseCommand):
    help = "Fills an empty chat with made-up people, rooms and conversations."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--messages", type=int, default=2_000, help="how many (default 2000)")
        parser.add_argument(
            "--again", action="store_true", help="add to a chat that has messages already"
        )

    def handle(self, *, messages: int, again: bool, **options: Any) -> None:
        if messages < 1:
            raise CommandError("--messages must be at least 1.")
        # One rule keeps a real chat safe from strangers and a demo from being doubled.
        if not again and Message.objects.exists():
            raise CommandError(
                "There are messages here already: manage.py seed_demo --again adds the demo's to them."
            )
        password = (
            f"demo-{secrets.token_hex(4)}"  # of its own each time: these accounts are real ones
        )
        try:
            done = seed(messages, password)
        except SlugTaken as error:
            raise CommandError(f"The room {error} is not the demo's: rename it first.") from None
        names = ", ".join(user.username for user in done.people[:3])
        self.stdout.write(
            f"{done.messages:,} messages in {done.rooms} rooms by {len(done.people)} people,"
            f" in {done.seconds:.1f} s."
        )
        self.stdout.write(
            f"Sign in as {names} … with the password {password}, or with an account of your own."
        )
