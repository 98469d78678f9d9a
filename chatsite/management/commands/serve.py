import logging
from argparse import ArgumentTypeError
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from socket import socket
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from chatsite import readiness
from chatsite.asgi import application
from chatsite.daphne import ChatServer, Limits, access_log, listening, notifying, tuning

log = logging.getLogger(__name__)

FIRST_PASSED = 3  # where systemd puts the sockets that it passes (sd_listen_fds(3))

# Field of `Limits`, option, setting, what it bounds.
LIMITS = (
    ("header_seconds", "--header-seconds", "HEADER_SECONDS", "for the whole head of a request"),
    ("body_seconds", "--body-seconds", "BODY_SECONDS", "for a KiB times them of its body"),
    ("keep_alive_seconds", "--keep-alive-seconds", "KEEP_ALIVE_SECONDS", "between two requests"),
    ("handshake_seconds", "--handshake-seconds", "HANDSHAKE_SECONDS", "to let a WebSocket in"),
    ("request_bytes", "--max-request-bytes", "MAX_REQUEST_BYTES", "of a body, but for uploads"),
    ("unfinished", "--max-unfinished", "MAX_UNFINISHED", "connections still to send a request"),
    (
        "unfinished_per_address",
        "--max-unfinished-per-address",
        "MAX_UNFINISHED_PER_ADDRESS",
        "the same, of one visitor's address",
    ),
    (
        "connections_per_address",
        "--max-per-address",
        "MAX_CONNECTIONS_PER_ADDRESS",
        "connections of one visitor's address",
    ),
    ("connections_per_user", "--max-per-user", "MAX_CONNECTIONS_PER_USER", "sockets of one user"),
    ("backlog_bytes", "--max-backlog", "MAX_BACKLOG_BYTES", "that wait for a slow reader"),
)


class Command(BaseCommand):
    help = "Serves the site with the project's own server. Example: manage.py serve --port 8000"

    def add_arguments(self, parser: CommandParser) -> None:
        where = parser.add_argument_group("where (a socket that systemd passes comes first)")
        where.add_argument("--host", default="127.0.0.1", help="address to listen on")
        where.add_argument("--port", type=int, default=8000, help="port to listen on")
        where.add_argument("--unix", type=Path, metavar="PATH", help="a Unix socket instead")
        where.add_argument("--fd", type=int, metavar="N", help="a descriptor that listens already")
        how = parser.add_argument_group("how")
        how.add_argument(
            "--cpu",
            type=_core,
            default=settings.CPU,
            metavar="auto|none|N",
            help=f"the one core to run on (setting CPU: {settings.CPU})",
        )
        how.add_argument(
            "--access-log",
            action="store_true",
            default=settings.ACCESS_LOG,
            help="a line for each request and socket (setting ACCESS_LOG)",
        )
        bounds = parser.add_argument_group("bounds (seconds, bytes, numbers)")
        for field, option, setting, meaning in LIMITS:
            bounds.add_argument(
                option,
                dest=field,
                type=_positive,
                default=getattr(settings, setting),
                metavar="N",
                help=f"{meaning} (setting {setting}: {getattr(settings, setting)})",
            )

    def handle(self, *, cpu: str, **options: Any) -> None:
        access_log.log.disabled = not options["access_log"]
        tuning.take_quick_turns()
        limits = Limits(**{field: options[field] for field, *_ in LIMITS})
        try:
            with tuning.one_core(cpu), _sockets(options) as sockets:
                readiness.check()
                most = tuning.raise_descriptor_limit()
                server = ChatServer(application, sockets, limits, most)
                server.ready_callable = self._say_ready
                server.run()
        except (readiness.NotReady, listening.CannotListen, tuning.NoSuchCore) as error:
            raise CommandError(str(error)) from None

    def _say_ready(self) -> None:
        tuning.calm_garbage_collection()
        notifying.say_ready(settings.NOTIFY_SOCKET)
        self.stdout.write(f"{settings.SITE_NAME} is at {settings.SITE_URL}/ (Ctrl-C ends it)")
        self.stdout.flush()  # into a pipe or a file too


@contextmanager
def _sockets(options: dict[str, Any]) -> Iterator[list[socket]]:
    """All are closed at the end, also where the server did not come to adopt them."""
    passed = list(range(FIRST_PASSED, FIRST_PASSED + settings.PASSED_SOCKETS))
    if options["fd"] is not None:
        passed = [options["fd"]]
    with ExitStack() as stack:
        if passed:
            yield [stack.enter_context(listening.inherit(fd)) for fd in passed]
        elif options["unix"] is not None:
            yield [stack.enter_context(listening.open_unix(options["unix"]))]
        else:
            if warning := readiness.other_address(options["host"], options["port"]):
                log.warning(warning)
            yield [stack.enter_context(listening.open_port(options["host"], options["port"]))]


def _positive(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and int(text[:18])):
        raise ArgumentTypeError(f"a whole number from 1 on, not {text!r}")
    return int(text[:18])


def _core(text: str) -> str:
    if text not in {"auto", "none"} and not (text.isascii() and text.isdecimal()):
        raise ArgumentTypeError(f"auto, none or the number of a core, not {text!r}")
    return text
