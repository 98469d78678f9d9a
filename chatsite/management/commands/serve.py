from typing import Any

from daphne.endpoints import build_endpoint_description_strings
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from chatsite.asgi import application
from chatsite.daphne import ChatServer


class Command(BaseCommand):
    help = "Serves the site with the project's own server. Example: manage.py serve --port 8000"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
        parser.add_argument("--port", type=int, default=8000, help="port to listen on")

    def handle(self, *, host: str, port: int, **_: Any) -> None:
        endpoints = build_endpoint_description_strings(host=host, port=port)
        server = ChatServer(application, endpoints)
        server.ready_callable = lambda: self.stdout.write(
            f"{settings.SITE_NAME} is at {settings.SITE_URL}/ (Ctrl-C ends it)"
        )
        server.run()
        if server.failure:
            raise CommandError(f"Cannot listen on {host}:{port}: {server.failure}")
