"""How tests are dealt out where several processes run them: what shares something dear stays together.

A file is one part, the tests of a world or of a back end's server are one, and the largest parts come first.
A test in a browser takes seconds, and most share nothing but what all do.

The marks that xdist has for this do nothing under pytest 9.2 (pytest-dev/pytest-xdist#1386): it goes by what
it writes into the names of tests, and those cannot be written to any more. So the names alone decide.
"""

import re
from pathlib import PurePosixPath

from xdist.scheduler import LoadScopeScheduling

BACKENDS = {"sqlite", "postgresql", "deployed"}  # as tests are named by what they run on
# With a browser of its own, and with a long room.
DEAR_IN_A_BROWSER = {f"tests/browser/test_{name}.py" for name in ("notifications", "virtual_list")}


class Dealing(LoadScopeScheduling):  # type: ignore[misc]
    def _split_scope(self, nodeid: str) -> str:
        return part_of(nodeid)


def part_of(name: str) -> str:
    """Of the test with this name, as pytest shows it."""
    file, _, test = name.partition("::")
    folder = PurePosixPath(file).parts[1]
    if folder in {"conformance", "deploy"}:
        named = BACKENDS & {*re.split(r"[][-]", test)}
        return f"on {named.pop()}" if named else file
    if folder == "browser" and file not in DEAR_IN_A_BROWSER:
        return name
    return folder if folder == "authorisation" else file
