"""What an operator's commands have in common.

Exit codes: 0 is fine, 1 found something, was refused, failed or was stopped, 2 is wrong use; whatever is not
0 says why in one line. Ctrl-C and SIGTERM end a command where it is: what is not committed is taken back, and
it may be run again. Ctrl-Z takes effect where a transaction is over, since one that sleeps would keep people
from sending.
"""

import os
import signal
import threading
import time
from argparse import RawDescriptionHelpFormatter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, ClassVar, TypeVar

from django.core.management.base import BaseCommand, CommandError, CommandParser, OutputWrapper
from django.db import Error

from accounts.models import User
from accounts.names import normal_username
from accounts.schema import missing_migrations

T = TypeVar("T")

WRONG_USE = 2
REDRAW_SECONDS = 0.2


class OperatorCommand(BaseCommand):
    """`examples` end its help. `failure_code` is what it ends with where it could not be carried out."""

    examples: ClassVar[str] = ""
    failure_code: ClassVar[int] = 1
    requires_migrations_checks = True

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        kwargs |= {"formatter_class": RawDescriptionHelpFormatter, "epilog": self.examples}
        return super().create_parser(prog_name, subcommand, **kwargs)

    def execute(self, *args: Any, **options: Any) -> str | None:
        out = options.get("stdout")
        # That of a command which calls this one would end each line once more.
        if isinstance(out, OutputWrapper):
            options["stdout"] = out._out
        with _ending_on_sigterm():
            try:
                return super().execute(*args, **options)
            except Error as error:  # InterfaceError, too: the connection has gone
                raise self._failure(f"The database fails: {_line(error)}") from None
            except OSError as error:
                raise self._failure(f"Cannot go on: {_line(error)}") from None
            except KeyboardInterrupt:
                raise self._failure("Stopped before the end; run it again to go on.") from None

    def check_migrations(self) -> None:
        """Refuses a database that lacks what this version takes for granted, before anything is done."""
        if missing := missing_migrations():
            raise self._failure(
                f"The database is of an earlier version ({missing[0]} is missing): run `manage.py prepare`."
            )

    def _failure(self, line: str) -> CommandError:
        return CommandError(line, returncode=self.failure_code)


class StatusLine:
    """How far it is, on a line of a terminal that is written over; nothing goes into files and pipes."""

    def __init__(self, out: OutputWrapper) -> None:
        self._out = out
        self._is_shown = out.isatty()
        self._drawn_at = float("-inf")

    def show(self, text: str) -> None:
        if self._is_shown and time.monotonic() - self._drawn_at >= REDRAW_SECONDS:
            self._drawn_at = time.monotonic()
            self._draw(text)

    def clear(self) -> None:
        """Makes room for a line, or for what comes after the command."""
        if self._drawn_at > float("-inf"):
            self._draw("")
            self._drawn_at = float("-inf")

    def _draw(self, text: str) -> None:
        self._out.write(f"\r\x1b[K{text}", ending="")
        self._out.flush()


def find_user(username: str) -> User:
    found = User.objects.filter(username=normal_username(username)).first()
    if found is None:
        raise CommandError(f"There is no account {username!r}.", returncode=WRONG_USE)
    return found


def pausable(steps: Iterable[T]) -> Iterator[T]:
    """The steps, each of which leaves no transaction open; Ctrl-Z waits for the end of one."""
    if threading.current_thread() is not threading.main_thread():
        yield from steps
        return
    asked: list[int] = []
    former = signal.signal(signal.SIGTSTP, lambda number, _: asked.append(number))
    try:
        for step in steps:
            if asked:
                asked.clear()
                _sleep()
            yield step
    finally:
        signal.signal(signal.SIGTSTP, former)


@contextmanager
def _ending_on_sigterm() -> Iterator[None]:
    """As Ctrl-C does. Only the main thread hears signals."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    former = signal.signal(signal.SIGTERM, _interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, former)


def _sleep() -> None:
    """Until SIGCONT comes."""
    os.kill(os.getpid(), signal.SIGSTOP)


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _line(error: Exception) -> str:
    return " ".join(str(error).split())
