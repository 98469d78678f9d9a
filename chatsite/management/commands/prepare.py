from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from accounts import setup
from chat.actions import search_index
from chat.actions.rooms import ensure_general
from chat.models import Site
from chatsite.translations import compile_translations


class Command(BaseCommand):
    help = (
        "Makes everything ready to serve: compiles the translations, migrates the database, creates the"
        " room `general`, and indexes the messages of a site that had no search yet. While there is no owner"
        " it prints the link that makes one. Safe to repeat. Example: manage.py prepare"
    )

    requires_system_checks: list[str] = []  # `serve`, which follows, runs them

    def handle(self, **_: Any) -> None:
        compile_translations()
        call_command("migrate", interactive=False, verbosity=0)
        Site.current()
        ensure_general()
        if search_index.is_missing():
            call_command("rebuild_search", stdout=self.stdout)
        if link := setup.link():
            self.stdout.write(f"Nobody owns this site yet. Become its owner within a day: {link}")
