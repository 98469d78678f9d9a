import json

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import CommandError, CommandParser

from accounts.management.asking import new_password
from accounts.management.operating import OperatorCommand
from accounts.models import User
from accounts.registration import register


class Command(OperatorCommand):
    help = (
        "Makes an account, under the same rules as sign-up. Asks for the password. A username that is taken"
        " is refused, so to run it again makes no second one."
    )
    examples = """examples:
  manage.py create_user alice --name 'Alice Liddell' --owner
  echo "$PASSWORD" | manage.py create_user bob --password-stdin

With --json the output is one object: "user" (id), "username", "owner", "staff".
"""

    def add_arguments(self, parser: CommandParser) -> None:
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
        parser.add_argument("--json", action="store_true", help="write an object, see below")

    def handle(
        self,
        *,
        username: str,
        name: str,
        email: str,
        password_stdin: bool,
        json: bool,
        **options: object,
    ) -> None:
        password = new_password(from_stdin=password_stdin)
        is_owner = bool(options["owner"])
        try:
            validate_password(password, User.objects.build(username, name=name, email=email))
            user = register(
                username=username,
                password=password,
                name=name,
                email=email,
                by_operator=True,
                is_superuser=is_owner,
                is_staff=is_owner or bool(options["staff"]),
            )
        except ValidationError as refusal:
            raise CommandError(" ".join(refusal.messages)) from None
        self._tell(user, as_json=json)

    def _tell(self, user: User, *, as_json: bool) -> None:
        if as_json:
            about = {"user": user.pk, "username": user.username}
            rights = {"owner": user.is_superuser, "staff": user.is_staff}
            self.stdout.write(json.dumps(about | rights))
        else:
            self.stdout.write(f"Made the account {user.username}{_role(user)}.")


def _role(user: User) -> str:
    if user.is_superuser:
        return ", an owner"
    return ", who may use the admin" if user.is_staff else ""
