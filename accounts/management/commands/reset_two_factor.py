from argparse import RawDescriptionHelpFormatter

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import User
from accounts.names import normal_username
from accounts.two_factor import reset

EXAMPLES = """example:
  manage.py reset_two_factor bob
"""


class Command(BaseCommand):
    help = (
        "Switches two-step sign-in off for somebody who has lost their app and their recovery codes."
        " Make sure first that it is they who ask: from then on their password alone is enough."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.epilog = EXAMPLES
        parser.add_argument("username", help="what signs in and is mentioned")

    def handle(self, *, username: str, **options: object) -> None:
        user = User.objects.filter(username=normal_username(username)).first()
        if user is None:
            raise CommandError(f"There is no account {username}.")
        if reset(user):
            self.stdout.write(f"{username} signs in by password alone again.")
        else:
            self.stdout.write(f"{username} had no two-step sign-in.")
