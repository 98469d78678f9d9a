import json
import sys
from dataclasses import asdict
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import CommandParser

from accounts.management.operating import OperatorCommand
from chatsite.deployment import checks
from chatsite.deployment.probe import Probe


class Command(OperatorCommand):
    help = (
        "Opens the public address (SITE_URL) as a browser does; says what is not as it should be and"
        " which setting of the chat or of the proxy mends it. Stores nothing. Run it where a browser is."
    )
    examples = """examples:
  manage.py checkdeploy
  manage.py checkdeploy --session 0f3…   # the cookie `sessionid` of a browser that is signed in: also waits
                                         # whether a quiet socket stays open

With --json each line is an object: "check", "detail", "mend" (empty where all is well). The exit code is 1
where something is to be mended.
"""
    requires_system_checks: list[str] = []
    requires_migrations_checks = False  # it looks from outside

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--session", default="", metavar="KEY", help="see the examples")
        parser.add_argument("--json", action="store_true", help="write JSON lines, see below")

    def handle(self, *, session: str, json: bool, **options: object) -> None:
        is_fine = True
        for result in checks.run(Probe(urlsplit(settings.SITE_URL)), session):
            is_fine = is_fine and result.is_fine
            self.stdout.write(_as_json(result) if json else _in_words(result))
            self.stdout.flush()
        if not is_fine:
            sys.exit(1)


def _as_json(result: checks.Result) -> str:
    return json.dumps(asdict(result))


def _in_words(result: checks.Result) -> str:
    if result.is_fine:
        return f"ok    {result.check}: {result.detail}"
    return f"MEND  {result.check}: {result.detail}. Mend: {result.mend}"
