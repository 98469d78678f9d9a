import json
from datetime import datetime, timedelta

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from accounts.management.operating import WRONG_USE, find_user
from accounts.models import User
from chat.actions.sanctions import lift_everywhere, sanction_everywhere
from chat.management.operating import ChatCommand
from chat.protocol.codec import timestamp

MAX_DAYS = 36_500
DONE = {"ban": "banned", "mute": "muted"}


class Command(ChatCommand):
    help = (
        "Bans somebody from the whole site, or mutes them everywhere; or ends that. Run again, it takes the"
        " place of what it said before."
    )
    examples = """examples:
  manage.py ban_user bob --reason spam --days 7
  manage.py ban_user bob --reason 'shouts' --mute
  manage.py ban_user bob --lift

With --json the output is one object: "user" (id), "username", "kind" ("ban" or "mute"), "in_force" and
"until" (null: for good).
"""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", help="what signs in and is mentioned")
        parser.add_argument("--mute", action="store_true", help="may read, but not write")
        parser.add_argument("--days", type=float, help="for how long; else for good")
        way = parser.add_mutually_exclusive_group(required=True)
        way.add_argument("--reason", help="for the audit log")
        way.add_argument("--lift", action="store_true", help="ends it")
        parser.add_argument("--json", action="store_true", help="write an object, see below")

    def handle(
        self,
        *,
        username: str,
        mute: bool,
        days: float | None,
        reason: str | None,
        json: bool,
        **options: object,
    ) -> None:
        user, until = find_user(username), _in_days(days)
        kind = "mute" if mute else "ban"
        if reason is None:
            lift_everywhere(user.pk, kind)
        else:
            sanction_everywhere(user.pk, kind, reason, until=until)
        if json:
            self._write(user, kind, until, is_in_force=reason is not None)
        else:
            negation = " not" if reason is None else ""
            end = " any more" if reason is None else ""
            self.stdout.write(f"{user.username} is{negation} {DONE[kind]}{end}.")

    def _write(self, user: User, kind: str, until: datetime | None, *, is_in_force: bool) -> None:
        about = {"user": user.pk, "username": user.username, "kind": kind}
        ends = None if until is None or not is_in_force else timestamp(until)
        self.stdout.write(json.dumps(about | {"in_force": is_in_force, "until": ends}))


def _in_days(days: float | None) -> datetime | None:
    if days is None:
        return None
    if not 0 < days <= MAX_DAYS:
        raise CommandError(f"--days is more than 0, up to {MAX_DAYS}.", returncode=WRONG_USE)
    return timezone.now() + timedelta(days=days)
