import json

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError, CommandParser

from accounts.activation import deactivate, reactivate
from accounts.management.operating import OperatorCommand, find_user
from accounts.models import User


class Command(OperatorCommand):
    help = (
        "Takes an account out of use and ends all its sessions; what its user wrote stays. To run it again"
        " changes nothing."
    )
    examples = """examples:
  manage.py deactivate_user bob
  manage.py deactivate_user bob --undo

With --json the output is one object: "user" (id), "username", "active", "changed" (whether it was not so).
"""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", help="what signs in and is mentioned")
        parser.add_argument("--undo", action="store_true", help="lets its user sign in again")
        parser.add_argument("--json", action="store_true", help="write an object, see below")

    def handle(self, *, username: str, undo: bool, json: bool, **options: object) -> None:
        user = find_user(username)
        rows = User.objects.filter(pk=user.pk)
        try:
            changed = reactivate(rows) if undo else deactivate(rows)
        except ValidationError as refusal:
            raise CommandError(" ".join(refusal.messages)) from None
        self._tell(user, is_active=undo, is_changed=bool(changed), as_json=json)

    def _tell(self, user: User, *, is_active: bool, is_changed: bool, as_json: bool) -> None:
        if as_json:
            about = {"user": user.pk, "username": user.username}
            self.stdout.write(json.dumps(about | {"active": is_active, "changed": is_changed}))
        elif is_active:
            self.stdout.write(f"{user.username} can sign in again.")
        else:
            self.stdout.write(f"{user.username} can't sign in any more.")
