"""Pictures are made anew: what is shown to others was drawn by us, pixel by pixel.

So nothing that came hidden in one goes on: no place and time where it was taken, no text, no second file
behind the first. And nobody's browser gets what was made to break a decoder. Ours might break, so decoding
is done by a process of its own (`picture_worker`), which has bounds on memory and time, a low priority, all
cores, and none of the server's secrets.

Owner: whoever calls, who waits. Bound: AT_ONCE processes; more wait WAIT_SECONDS. End: LIMIT_SECONDS.
"""

import json
import logging
import os
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

AT_ONCE = 2
WAIT_SECONDS = 20
LIMIT_SECONDS = 30
WORKER = Path(__file__).with_name("picture_worker.py")
# Python's own needs; nothing of ours, the secret key least of all.
_PASSED = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "LANG")

log = logging.getLogger(__name__)

_turns = threading.BoundedSemaphore(AT_ONCE)


class TooLarge(Exception):
    """More pixels than we decode."""


class Unreadable(Exception):
    """No picture, a broken one, or one that we do not make anew."""


class Busy(Exception):
    """Too many wait."""


@dataclass(frozen=True, slots=True)
class Picture:
    """In pixels. `has_thumb`: a smaller one was made too, where the picture is larger than that."""

    type: str
    width: int
    height: int
    has_thumb: bool


def remake(source: Path, folder: Path, shape: Literal["whole", "square"] = "whole") -> Picture:
    """Draws the picture in `source` anew, as the files "picture" and, if there is one, "thumb" in `folder`.

    `square` cuts out the middle and makes a small WebP of it. Raises `TooLarge`, `Unreadable` or `Busy`.
    """
    if not _turns.acquire(timeout=WAIT_SECONDS):
        raise Busy
    try:
        answer = json.loads(_run(str(source), str(folder), shape))
    finally:
        _turns.release()
    if answer.get("refusal") == "pixels":
        raise TooLarge
    if "refusal" in answer:
        raise Unreadable
    return Picture(**answer)


def _run(*arguments: str) -> str:
    try:
        done = subprocess.run(
            [sys.executable, str(WORKER), *arguments],
            env={name: os.environ[name] for name in _PASSED if name in os.environ},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=LIMIT_SECONDS,
            check=True,
        )
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as error:
        # Out of memory or time, or a decoder that broke; or, for every picture, an installation that did.
        last_words = str(error.stderr or "").strip().splitlines()[-1:]
        log.warning("A picture could not be drawn: %s %s", error, *last_words or [""])
        raise Unreadable from error
    return done.stdout
