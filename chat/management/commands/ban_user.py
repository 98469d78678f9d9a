from argparse import RawDescriptionHelpFormatter
from datetime import datetime, timedelta

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.models import User
from accounts.names import normal_username
from chat.actions.sanctions import lift_everywhere, sanction_everywhere
from chat.errors import ChatError

EXAMPLES = """examples:
  manage.py ban_user bob --reason spam --days 7
  manage.py ban_user bob --reason 'shouts' --mute
  manage.py ban_user bob --lift
"""


class Command(BaseCommand):
    help = "Bans somebody from the whole site, or mutes them everywhere; or ends that."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.epilog = EXAMPLES
        parser.add_argument("username", help="what signs in and is mentioned")
        parser.add_argument("--mute", action="store_true", help="may read, but not write")
        parser.add_argument("--days", type=float, help="for how long; else for good")
        way = parser.add_mutually_exclusive_group(required=True)
        way.add_argument("--reason", help="for the audit log")
        way.add_argument("--lift", action="store_true", help="ends it")

    def handle(
        self,
        *,
        username: str,
        mute: bool,
        days: float | None,
        reason: str | None,
        **options: object,
    ) -> None:
        user = User.objects.filter(username=normal_username(username)).first()
        if user is None:
            raise CommandError(f"There is no account {username}.")
        kind, done = ("mute", "muted") if mute else ("ban", "banned")
        if reason is None:
            lift_everywhere(user.pk, kind)
            self.stdout.write(f"{user.username} is not {done} any more.")
            return
        try:
            sanction_everywhere(user.pk, kind, reason, until=_in_days(days))
        except ChatError as refusal:
            raise CommandError(refusal.detail) from None
        self.stdout.write(f"{user.username} is {done}.")


def _in_days(days: float | None) -> datetime | None:
    return None if days is None else timezone.now() + timedelta(days=days)
