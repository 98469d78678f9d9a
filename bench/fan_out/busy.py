"""`manage.py serve` with two busy threads beside it in the process, as other Python work would be."""

import sys
import threading

from django.core.management import execute_from_command_line

BUSY_THREADS = 2


def main() -> None:
    for _ in range(BUSY_THREADS):
        threading.Thread(target=_spin, daemon=True).start()
    execute_from_command_line(["manage.py", *sys.argv[1:]])


def _spin() -> None:
    while True:
        pass
