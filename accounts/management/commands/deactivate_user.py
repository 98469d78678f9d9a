from argparse import RawDescriptionHelpFormatter

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.activation import deactivate, reactivate
from accounts.models import User
from accounts.names import normal_username

EXAMPLES = """examples:
  manage.py deactivate_user bob
  manage.py deactivate_user bob --undo
"""


class Command(BaseCommand):
    help = "Takes an account out of use and ends all its sessions; what its user wrote stays."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.epilog = EXAMPLES
        parser.add_argument("username", help="what signs in and is mentioned")
        parser.add_argument("--undo", action="store_true", help="lets its user sign in again")

    def handle(self, *, username: str, undo: bool, **options: object) -> None:
        users = User.objects.filter(username=normal_username(username))
        if not users.exists():
            raise CommandError(f"There is no account {username}.")
        if undo:
            reactivate(users)
            self.stdout.write(f"{username} can sign in again.")
        else:
            deactivate(users)
            self.stdout.write(f"{username} can't sign in any more.")
