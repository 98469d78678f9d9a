from typing import Any

from django.core.management.base import BaseCommand

from chat.models import Site


class Command(BaseCommand):
    help = (
        "Says that this is another database than before: every client starts from snapshots instead of"
        " trusting the numbers it holds, also those connected now. To be run after a restore from a backup"
        " and after the promotion of a replica. Example: manage.py renew_epoch"
    )

    def handle(self, **_: Any) -> None:
        self.stdout.write(f"A new epoch begins: {Site.renew_epoch()}")
