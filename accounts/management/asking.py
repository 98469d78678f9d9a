"""A new password, as whoever runs a command gives it."""

import sys
from getpass import getpass

from django.core.management.base import CommandError


def new_password(*, from_stdin: bool) -> str:
    return _read() if from_stdin else _ask()


def _read() -> str:
    password = sys.stdin.readline().rstrip("\r\n")
    if not password:
        raise CommandError("There is no password on standard input.")
    return password


def _ask() -> str:
    if not sys.stdin.isatty():
        raise CommandError("There is no terminal to ask on: use --password-stdin.")
    try:
        password = getpass()
        repeated = getpass("Password (again): ")
    except (KeyboardInterrupt, EOFError):
        raise CommandError("Nothing was changed.") from None
    if password != repeated:
        raise CommandError("These were two different passwords.")
    return password
