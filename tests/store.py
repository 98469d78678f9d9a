"""What is made once for all processes of a run of tests: the first that needs it makes it, the others wait.

They find the store by their environment. `make test` has one for all of its runs, a run by itself makes its
own (`tests/environment.py`); where there is none, as in the benches, each makes what it needs.
"""

import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path


def from_store(name: str, make: Callable[[Path], None]) -> Path | None:
    """A folder that `make` has filled and nobody changes; None where there is no store."""
    store = os.environ.get("TEST_STORE")
    if store is None:
        return None
    folder = Path(store, name)
    with Path(store, f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            unfinished = Path(store, f"{name}.unfinished")
            shutil.rmtree(unfinished, ignore_errors=True)  # of one that failed or was killed
            unfinished.mkdir()
            make(unfinished)
            unfinished.rename(folder)
    return folder
