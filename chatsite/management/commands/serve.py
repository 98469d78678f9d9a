from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socket import socket
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from chatsite.asgi import application
from chatsite.daphne import ChatServer, listening

FIRST_PASSED = 3  # where systemd puts the sockets that it passes (sd_listen_fds(3))


class Command(BaseCommand):
    help = "Serves the site with the project's own server. Example: manage.py serve --port 8000"

    def add_arguments(self, parser: CommandParser) -> None:
        where = parser.add_argument_group("where (a socket that systemd passes comes first)")
        where.add_argument("--host", default="127.0.0.1", help="address to listen on")
        where.add_argument("--port", type=int, default=8000, help="port to listen on")
        where.add_argument("--unix", type=Path, metavar="PATH", help="a Unix socket instead")
        where.add_argument("--fd", type=int, metavar="N", help="a descriptor that listens already")

    def handle(self, **options: Any) -> None:
        try:
            with _sockets(options) as sockets:
                server = ChatServer(application, sockets)
                server.ready_callable = self._say_ready
                server.run()
        except listening.CannotListen as error:
            raise CommandError(str(error)) from None

    def _say_ready(self) -> None:
        self.stdout.write(f"{settings.SITE_NAME} is at {settings.SITE_URL}/ (Ctrl-C ends it)")


@contextmanager
def _sockets(options: dict[str, Any]) -> Iterator[list[socket]]:
    passed = list(range(FIRST_PASSED, FIRST_PASSED + settings.PASSED_SOCKETS))
    if options["fd"] is not None:
        passed = [options["fd"]]
    if passed:
        yield [listening.inherit(fd) for fd in passed]
    elif options["unix"] is not None:
        with listening.open_unix(options["unix"]) as sock:
            yield [sock]
    else:
        yield [listening.open_port(options["host"], options["port"])]
