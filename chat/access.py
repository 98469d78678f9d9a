"""Who may still be here: what open connections rest on, held against the database.

A connection is opened on the strength of a session, and ends with it: when its user signs out or it expires,
when their password changes, when their account is deactivated. A ban from the whole site ends it too.

That a session still proves who it says it is takes decoding and hashing, so it is proved once and remembered
with a mark of the password it was proved with. As long as the mark is the user's, its row has only to be
there: one statement for however many connections.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.db import connection
from django.utils import timezone

from accounts.sessions import identify_all

from .message_sql import read_sanctions
from .models import Sanction

STANDING_SQLITE = """
SELECT session.session_key, person.id, person.password, EXISTS (
    SELECT 1 FROM chat_sanction ban WHERE ban.user_id = person.id AND ban.room_id IS NULL
    AND ban.lifted_at IS NULL AND ban.kind = 'ban' AND (ban.until IS NULL OR ban.until > %s)
)
FROM json_each(%s) AS wanted
CROSS JOIN accounts_user person
ON person.id = json_extract(wanted.value, '$[1]') AND person.is_active
CROSS JOIN django_session session
ON session.session_key = json_extract(wanted.value, '$[0]') AND session.expire_date > %s
"""

STANDING_POSTGRES = """
SELECT session.session_key, person.id, person.password, EXISTS (
    SELECT 1 FROM chat_sanction ban WHERE ban.user_id = person.id AND ban.room_id IS NULL
    AND ban.lifted_at IS NULL AND ban.kind = 'ban' AND (ban.until IS NULL OR ban.until > %s)
)
FROM json_to_recordset(%s) AS wanted (key text, id bigint)
JOIN accounts_user person ON person.id = wanted.id AND person.is_active
JOIN django_session session
ON session.session_key = wanted.key AND session.expire_date > %s
"""


class Loss(Enum):
    SIGNED_OUT = "signed out"
    BANNED = "banned"


@dataclass(frozen=True, slots=True)
class Claim:
    """What a connection rests on; `mark` is None until its session was proved."""

    session_key: str
    user_id: int
    mark: int | None


@dataclass(frozen=True, slots=True)
class _Standing:
    mark: int
    is_banned: bool


def examine(claims: Sequence[Claim]) -> list[int | Loss]:
    """For each claim the mark with which it holds now, or why it does not.

    The passwords are read before the sessions are proved: one that changes in between gives a mark that is
    not the user's any more, and the next examination proves the session anew.
    """
    standing = _read(claims)
    doubtful = {
        claim.session_key
        for claim in claims
        if (found := standing.get((claim.session_key, claim.user_id))) and found.mark != claim.mark
    }
    proved = identify_all(doubtful) if doubtful else {}

    def verdict(claim: Claim) -> int | Loss:
        found = standing.get((claim.session_key, claim.user_id))
        if found is None:
            return Loss.SIGNED_OUT
        if found.mark != claim.mark and proved.get(claim.session_key) != claim.user_id:
            return Loss.SIGNED_OUT
        return Loss.BANNED if found.is_banned else found.mark

    return [verdict(claim) for claim in claims]


def is_banned(user_id: int) -> bool:
    """Whether a ban from the whole site keeps this user out."""
    in_force = read_sanctions([user_id], timezone.now()).get((user_id, None))
    return in_force is not None and in_force[0] == Sanction.Kind.BAN


def _read(claims: Sequence[Claim]) -> dict[tuple[str, int], _Standing]:
    """Of those whose session lives and whose account is in use, by session and user.

    A mark is this process's own and says nothing of the password.
    """
    now: Any = connection.ops.adapt_datetimefield_value(timezone.now())
    if connection.vendor == "postgresql":
        wanted = json.dumps([{"key": one.session_key, "id": one.user_id} for one in claims])
        statement = STANDING_POSTGRES
    else:
        wanted = json.dumps([(one.session_key, one.user_id) for one in claims])
        statement = STANDING_SQLITE
    with connection.cursor() as cursor:
        cursor.execute(statement, [now, wanted, now])
        return {
            (key, user_id): _Standing(hash(password), bool(banned))
            for key, user_id, password, banned in cursor.fetchall()
        }
