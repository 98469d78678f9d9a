import json

from django.core.management.base import CommandParser

from accounts.management.operating import OperatorCommand, find_user
from accounts.two_factor import reset


class Command(OperatorCommand):
    help = (
        "Switches two-step sign-in off for somebody who has lost their app and their recovery codes."
        " Make sure first that it is they who ask: from then on their password alone is enough."
    )
    examples = """example:
  manage.py reset_two_factor bob

With --json the output is one object: "user" (id), "username", "changed" (whether it was on).
"""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", help="what signs in and is mentioned")
        parser.add_argument("--json", action="store_true", help="write an object, see below")

    def handle(self, *, username: str, json: bool, **options: object) -> None:
        user = find_user(username)
        self._tell(user.pk, user.username, is_changed=reset(user), as_json=json)

    def _tell(self, user_id: int, username: str, *, is_changed: bool, as_json: bool) -> None:
        if as_json:
            about = {"user": user_id, "username": username, "changed": is_changed}
            self.stdout.write(json.dumps(about))
        elif is_changed:
            self.stdout.write(f"{username} signs in by password alone again.")
        else:
            self.stdout.write(f"{username} had no two-step sign-in.")
