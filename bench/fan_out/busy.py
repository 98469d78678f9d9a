"""`manage.py serve` with two busy threads beside it in the process, as other Python work would be."""

import sys
import threading
import time

from django.core.management import execute_from_command_line

BUSY_THREADS = 2


def main() -> None:
    for _ in range(BUSY_THREADS):
        threading.Thread(target=_spin, daemon=True).start()
    execute_from_command_line(["manage.py", *sys.argv[1:]])


def _spin() -> None:
    """From when the server serves: beside its imports they would only make the start take a minute."""
    while not getattr(sys.modules.get("twisted.internet.reactor"), "running", False):
        time.sleep(0.1)
    while True:
        pass
