"""Passwords are hashed beside the event loop's core, and a few at a time.

A hash is a tenth of a second and 100 MiB of C code that needs no GIL. The server keeps to one core
(`chatsite/daphne/tuning.py` says why), where that tenth would be taken from everybody's messages: so for as
long as it lasts the thread may run on any core.
"""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib.auth.hashers import Argon2PasswordHasher

AT_ONCE = 4

_turns = threading.BoundedSemaphore(AT_ONCE)
_everywhere = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else None


class RoamingArgon2(Argon2PasswordHasher):
    def encode(self, password: str, salt: str) -> str:
        with _beside():
            return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        with _beside():
            return super().verify(password, encoded)


@contextmanager
def _beside() -> Iterator[None]:
    with _turns:
        if _everywhere is None:
            yield
            return
        home = os.sched_getaffinity(0)  # of this thread, where Linux says 0
        os.sched_setaffinity(0, _everywhere)
        try:
            yield
        finally:
            os.sched_setaffinity(0, home)
