from typing import Any

from django.core.management import call_command

from accounts import setup
from accounts.management.operating import OperatorCommand
from chat.actions import search_index
from chat.actions.rooms import ensure_general
from chat.models import Site
from chatsite.translations import compile_translations


class Command(OperatorCommand):
    help = (
        "Makes everything ready to serve: compiles the translations, migrates the database, creates the"
        " room `general`, and indexes the messages of a site that had no search yet. While there is no owner"
        " it prints the link that makes one. Safe to repeat."
    )
    examples = """example:
  manage.py prepare
"""

    requires_system_checks: list[str] = []  # `serve`, which follows, runs them
    requires_migrations_checks = False  # it is what mends that

    def handle(self, **_: Any) -> None:
        compile_translations()
        call_command("migrate", interactive=False, verbosity=0)
        Site.current()
        ensure_general()
        if search_index.is_missing():
            call_command("rebuild_search", stdout=self.stdout)
        if link := setup.link():
            self.stdout.write(f"Nobody owns this site yet. Become its owner within a day: {link}")
