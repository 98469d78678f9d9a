"""How tests are dealt out where several processes run them: what shares something dear stays together.

A file is one part, the tests of a world or of a back end's server are one, and the largest parts come first.
The marks that xdist has for this do nothing under pytest 9.2 (pytest-dev/pytest-xdist#1386): it goes by what
it writes into the names of tests, and those cannot be written to any more. So the names alone decide.
"""

import re
from pathlib import PurePosixPath

from xdist.scheduler import LoadScopeScheduling

BACKENDS = {"sqlite", "postgresql", "deployed"}  # as tests are named by what they run on


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
    return folder if folder == "authorisation" else file
