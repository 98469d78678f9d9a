"""The order in which rows of users are locked, so that nobody waits for somebody who waits for them:
PostgreSQL ends one of such two a second later. SQLite has one writer at a time, and needs no order.

A transaction locks rooms first, then users in two rounds. In the first it *keeps* the rows of those it writes
about, as a foreign key does too (FOR KEY SHARE). Whoever takes away a right on the whole site, by a mute, a
ban or the end of an account, *takes* that row (FOR UPDATE), and waits for all who keep it. So does whoever
writes its username or address: each is a key of the row, and the UPDATE would wait in the second round for
those of the first. In the second round, its last, it *numbers* the rows of those whom it tells of something
(FOR NO KEY UPDATE). Many rows of one round are locked by id. The rest lies between the rounds, mostly under
the lock of its room.

Nobody numbers another's row without having kept it: so nobody of the second round waits for the first.
"""

from collections.abc import Collection, Iterable

from django.db import connection

from .models import User

_KEEP = "SELECT id FROM accounts_user WHERE id = ANY(%s) ORDER BY id FOR KEY SHARE"
# Foreign keys are checked at the commit, which comes after the second round: here those of what was written
# so far are checked before it. One round trip.
_CHECK_AND_KEEP = f"SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED; {_KEEP}"


def take(user_id: int, others: Collection[int]) -> bool:
    """Takes the one row and keeps the others, by id; whether there is such a user."""
    keep(other for other in others if other < user_id)
    is_there = User.objects.select_for_update().filter(pk=user_id).exists()
    keep(other for other in others if other > user_id)
    return is_there


def keep(user_ids: Iterable[int]) -> None:
    _run(_KEEP, user_ids)


def end_first_round(user_ids: Iterable[int]) -> None:
    """These are numbered next."""
    _run(_CHECK_AND_KEEP, user_ids)


def _run(statement: str, user_ids: Iterable[int]) -> None:
    ids = sorted(user_ids)
    if ids and connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(statement, [ids])
