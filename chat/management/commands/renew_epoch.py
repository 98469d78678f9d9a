import json

from django.core.management.base import CommandParser

from chat.actions import site
from chat.management.operating import ChatCommand


class Command(ChatCommand):
    help = (
        "Says that this is another database than before: every client starts from snapshots instead of"
        " trusting the numbers it holds, also those connected now. To be run after a restore from a copy"
        " that `restore` did not make, and after the promotion of a replica. To run it again does no harm."
    )
    examples = """example:
  manage.py renew_epoch

With --json the output is one object: "epoch".
"""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="write an object, see below")

    def handle(self, *, json: bool, **options: object) -> None:
        self._tell(site.renew_epoch(), as_json=json)

    def _tell(self, epoch: str, *, as_json: bool) -> None:
        line = json.dumps({"epoch": epoch}) if as_json else f"A new epoch begins: {epoch}"
        self.stdout.write(line)
