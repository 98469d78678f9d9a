"""A process over a server's data that does what it is told, one thing after the other.

To start Python and Django anew for each of them, as a management command does, takes longer than they do.
"""

import io
import json
import subprocess
import sys
import traceback
from collections.abc import Mapping
from contextlib import redirect_stdout
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
END_SECONDS = 15.0


class Hand:
    """Owner: the server that it works for, which ends it. One that is forgotten ends with what it is told."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.hand"],
            cwd=ROOT,
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def do(self, code: str) -> str:
        """Runs Python with Django set up; what it printed."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(code) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        assert answer, "the process that was told has ended"
        said, trouble = json.loads(answer)
        assert not trouble, f"{code}\nfailed: {trouble}"
        return str(said)

    def end(self) -> None:
        """One that does not end when it is told nothing more is killed, and a failure."""
        try:
            self._process.communicate(timeout=END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.communicate()
            raise


def _obey() -> None:
    import django
    from django.db import close_old_connections

    django.setup()
    answers = sys.stdout
    for line in sys.stdin:
        answer = _answer(json.loads(line))
        close_old_connections()
        print(json.dumps(answer), file=answers, flush=True)


def _answer(code: str) -> tuple[str, str]:
    """What it printed, and its traceback where it failed."""
    said = io.StringIO()
    try:
        with redirect_stdout(said):
            exec(code, {})  # noqa: S102 - of the tests' own
    except Exception:
        return said.getvalue(), traceback.format_exc()
    return said.getvalue(), ""


if __name__ == "__main__":
    _obey()
