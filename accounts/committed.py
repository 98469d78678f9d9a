"""What is done once a transaction is committed."""

from collections.abc import Callable

from django.db import transaction


def once_committed(work: Callable[[], object]) -> None:
    """What is committed is done, also where this fails: then it is logged, and what else waits goes on.

    Django names in its log what failed, and trips over a `partial`, which has no name.
    """

    def named() -> None:
        work()

    transaction.on_commit(named, robust=True)
