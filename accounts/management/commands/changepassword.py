import json

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import CommandError, CommandParser

from accounts.management.asking import new_password
from accounts.management.operating import OperatorCommand, find_user
from accounts.passwords import set_password


class Command(OperatorCommand):
    """Takes the place of Django's own, of which the audit log would not hear."""

    help = (
        "Sets somebody's password, under the same rules as sign-up, and ends all their sessions. Asks for"
        " the password."
    )
    examples = """examples:
  manage.py changepassword bob
  echo "$PASSWORD" | manage.py changepassword bob --password-stdin

With --json the output is one object: "user" (id), "username".
"""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", help="what signs in and is mentioned")
        parser.add_argument(
            "--password-stdin",
            action="store_true",
            help="read the password's line from standard input",
        )
        parser.add_argument("--json", action="store_true", help="write an object, see below")

    def handle(self, *, username: str, password_stdin: bool, json: bool, **options: object) -> None:
        user = find_user(username)
        password = new_password(from_stdin=password_stdin)
        try:
            validate_password(password, user)
        except ValidationError as refusal:
            raise CommandError(" ".join(refusal.messages)) from None
        set_password(user, password)
        self._tell(user.pk, user.username, as_json=json)

    def _tell(self, user_id: int, username: str, *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps({"user": user_id, "username": username}))
        else:
            self.stdout.write(f"{username} has a new password, and is signed out everywhere.")
