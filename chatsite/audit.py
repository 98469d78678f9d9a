"""Asks the package index whether advisories are published against the versions that are locked.

    python -m chatsite.audit requirements.txt requirements-dev.txt

The index is the one that pip uses. PyPI's JSON API tells of advisories; many mirrors have none. An index that
cannot tell, or a network that is away, is said in one line and fails nothing: an advisory does.
"""

import base64
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from urllib.request import Request, urlopen

SECONDS = 2  # for one answer
ALL_SECONDS = 8  # for all of them
AT_ONCE = 16
PYPI = "https://pypi.org/simple"

Pin = tuple[str, str]
Advisories = list[str] | None  # None: not told


def main(paths: Iterable[str], index: str) -> int:
    """Prints what is known; how many versions have an advisory, as an exit code."""
    pins = _pins(paths)
    if _advisories(index, pins[0]) is None:  # one question before many
        return _say("ok      audit: not available, the index tells of no advisories")
    told = _ask_all(index, pins)
    bad = {pin: found for pin, found in told.items() if found}
    for (name, version), found in sorted(bad.items()):
        _say(f"{name} {version}: {', '.join(found)}")
    if bad:
        _say("FAILED  audit: newer versions are wanted (make lock UPGRADE=1)")
        return 1
    return _say(f"ok      audit: nothing known against {len(told)} of {len(pins)} versions")


def index_of_pip() -> str:
    if given := os.environ.get("PIP_INDEX_URL"):
        return given
    command = [sys.executable, "-m", "pip", "config", "get", "global.index-url"]
    found = subprocess.run(command, check=False, capture_output=True, text=True)
    return found.stdout.strip() or PYPI


def _pins(paths: Iterable[str]) -> list[Pin]:
    text = "\n".join(Path(path).read_text() for path in paths)
    return sorted(set(re.findall(r"^([\w.-]+)(?:\[[\w,-]+\])?==([\w.+!-]+)", text, re.MULTILINE)))


def _ask_all(index: str, pins: list[Pin]) -> dict[Pin, list[str]]:
    """What was told in time."""
    told: dict[Pin, list[str]] = {}
    pool = ThreadPoolExecutor(AT_ONCE)
    asked = {pool.submit(_advisories, index, pin): pin for pin in pins}
    try:
        for answer in as_completed(asked, timeout=ALL_SECONDS):
            if (found := answer.result()) is not None:
                told[asked[answer]] = found
    except TimeoutError:
        pass  # what is missing is seen in the count
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
    return told


def _advisories(index: str, pin: Pin) -> Advisories:
    """The ids of those in force, each with where it is mended."""
    try:
        with urlopen(_request(index, *pin), timeout=SECONDS) as answer:  # noqa: S310 - http alone, below
            listed = json.load(answer)["vulnerabilities"]
        return [
            f"{one['id']} (mended in {', '.join(one.get('fixed_in') or ['no version'])})"
            for one in listed
            if not one.get("withdrawn")
        ]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _request(index: str, name: str, version: str) -> Request:
    """Names and passwords in the address go where they belong."""
    parts = urlsplit(index)
    if parts.scheme not in ("http", "https"):
        raise ValueError
    root = parts.path.rstrip("/").removesuffix("/simple")
    host = parts.netloc.rpartition("@")[2]
    path = f"{root}/pypi/{name}/{version}/json"
    request = Request(urlunsplit((parts.scheme, host, path, "", "")))  # noqa: S310 - see above
    if parts.username:
        secret = f"{parts.username}:{parts.password or ''}".encode()
        request.add_header("Authorization", f"Basic {base64.b64encode(secret).decode()}")
    return request


def _say(line: str) -> int:
    sys.stdout.write(f"{line}\n")
    return 0


if __name__ == "__main__":
    if os.environ.get("AUDIT", "").lower() == "true":
        sys.exit(main(sys.argv[1:], index_of_pip()))
    _say("ok      audit: not asked for (AUDIT=true asks the index about each locked version)")
