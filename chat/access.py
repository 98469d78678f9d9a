"""Who may still be here: what open connections rest on, held against the database.

A connection is opened on the strength of a session, and ends with it: when its user signs out or it expires,
when their password changes, when their account is deactivated. A ban from the whole site ends it too.

That a session still proves who it says it is takes decoding and hashing, so it is proved once and remembered
with a mark of the password it was proved with. As long as the mark is the user's, its row has only to be
there: three small queries for however many connections.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import Enum

from django.contrib.sessions.models import Session
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from accounts.sessions import identify_all

from .models import Sanction


class Loss(Enum):
    SIGNED_OUT = "signed out"
    BANNED = "banned"


@dataclass(frozen=True, slots=True)
class Claim:
    """What a connection rests on; `mark` is None until its session was proved."""

    session_key: str
    user_id: int
    mark: int | None


def examine(claims: Sequence[Claim]) -> list[int | Loss]:
    """For each claim the mark with which it holds now, or why it does not.

    The passwords are read before the sessions are proved: one that changes in between gives a mark that is
    not the user's any more, and the next examination proves the session anew.
    """
    users = {claim.user_id for claim in claims}
    marks = _marks(users)
    living = _living({claim.session_key for claim in claims})
    doubtful = {claim.session_key for claim in claims if claim.mark != marks.get(claim.user_id)}
    proved = identify_all(doubtful & living) if doubtful & living else {}
    banned = _banned(users)

    def verdict(claim: Claim) -> int | Loss:
        mark = marks.get(claim.user_id)
        if mark is None or claim.session_key not in living:
            return Loss.SIGNED_OUT
        if claim.mark != mark and proved.get(claim.session_key) != claim.user_id:
            return Loss.SIGNED_OUT
        return Loss.BANNED if claim.user_id in banned else mark

    return [verdict(claim) for claim in claims]


def is_banned(user_id: int) -> bool:
    """Whether a ban from the whole site keeps this user out."""
    return user_id in _banned([user_id])


def _marks(user_ids: Collection[int]) -> dict[int, int]:
    """Of those whose accounts are in use. A mark is this process's own and says nothing of the password."""
    rows = User.objects.filter(pk__in=user_ids, is_active=True).values_list("pk", "password")
    return {user_id: hash(password) for user_id, password in rows}


def _living(session_keys: Collection[str]) -> set[str]:
    rows = Session.objects.filter(session_key__in=session_keys, expire_date__gt=timezone.now())
    return set(rows.values_list("session_key", flat=True))


def _banned(user_ids: Collection[int]) -> set[int]:
    """Those under a ban from the whole site."""
    is_in_force = Q(until__isnull=True) | Q(until__gt=timezone.now())
    bans = Sanction.objects.filter(
        is_in_force, user__in=user_ids, room=None, kind=Sanction.Kind.BAN, lifted_at=None
    )
    return set(bans.values_list("user_id", flat=True))
