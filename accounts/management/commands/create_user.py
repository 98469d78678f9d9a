import sys
from argparse import RawDescriptionHelpFormatter
from getpass import getpass
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from accounts.models import User
from accounts.registration import register

EXAMPLES = """examples:
  manage.py create_user alice --name 'Alice Liddell' --owner
  echo "$PASSWORD" | manage.py create_user bob --password-stdin
"""


class Command(BaseCommand):
    help = "Makes an account, under the same rules as sign-up. Asks for the password."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.epilog = EXAMPLES
        parser.add_argument("username", help="what signs in and is mentioned")
        parser.add_argument("--name", default="", help="what people read; else the username")
        parser.add_argument("--email", default="", help="to reset a forgotten password")
        parser.add_argument(
            "--password-stdin",
            action="store_true",
            help="read the password's line from standard input",
        )
        role = parser.add_mutually_exclusive_group()
        role.add_argument("--owner", action="store_true", help="may do everything")
        role.add_argument("--staff", action="store_true", help="may use the admin")

    def handle(
        self, *, username: str, name: str, email: str, password_stdin: bool, **options: Any
    ) -> None:
        password = _read_password() if password_stdin else _ask_password()
        try:
            validate_password(password, User.objects.build(username, name=name, email=email))
            user = register(
                username=username,
                password=password,
                name=name,
                email=email,
                is_superuser=options["owner"],
                is_staff=options["owner"] or options["staff"],
            )
        except ValidationError as refusal:
            raise CommandError(" ".join(refusal.messages)) from None
        except DatabaseError as error:
            raise CommandError(
                f"The database refuses: {error} (did `manage.py migrate` run?)"
            ) from None
        self.stdout.write(f"Made the account {user.username}{_role(user)}.")


def _read_password() -> str:
    password = sys.stdin.readline().rstrip("\r\n")
    if not password:
        raise CommandError("There is no password on standard input.")
    return password


def _ask_password() -> str:
    if not sys.stdin.isatty():
        raise CommandError("There is no terminal to ask on: use --password-stdin.")
    try:
        password = getpass()
        repeated = getpass("Password (again): ")
    except (KeyboardInterrupt, EOFError):
        raise CommandError("Nothing was made.") from None
    if password != repeated:
        raise CommandError("These were two different passwords.")
    return password


def _role(user: User) -> str:
    if user.is_superuser:
        return ", an owner"
    return ", who may use the admin" if user.is_staff else ""
