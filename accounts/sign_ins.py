"""Where somebody is signed in: what they recognise their sessions by, and how they end one.

Whatever a signed-in browser asks for notes its session here, and so does an open connection, at most once in
NOTED_SECONDS: reading a page seldom writes. What is noted proves nothing: which sessions live, the table of
sessions says.
"""

import logging
import random
import time
from collections.abc import Iterable, Sequence
from datetime import timedelta

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import DatabaseError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from .models import SignIn, User
from .origin import valid_address
from .sessions import identify_all
from .signals import access_changed, privileged_act

NOTED_SECONDS = 600
MOST_NOTED = 100_000
MOST_LISTED = 200
_USER_AGENT_MAX = 300

log = logging.getLogger(__name__)

# Session key -> when it may be noted again, by this process's clock. Full, it is emptied: each is then
# written once more than it need be.
_noted: dict[str, float] = {}


def note(user_id: int, session_key: str, *, user_agent: str, address: str) -> bool:
    """This session is in use; whether that was worth writing. A database that refuses hinders nobody."""
    now = time.monotonic()
    if _noted.get(session_key, 0) > now:
        return False
    sign_in = SignIn(
        user_id=user_id,
        session_key=session_key,
        user_agent=_printable(user_agent),
        address=valid_address(address),
    )
    try:
        SignIn.objects.bulk_create(
            [sign_in],
            update_conflicts=True,
            unique_fields=["session_key"],
            update_fields=["user_agent", "address", "seen_at"],
        )
    except DatabaseError:
        log.warning("A session of user %s in use could not be noted.", user_id, exc_info=True)
        return False
    _note_again(session_key, now + NOTED_SECONDS)
    return True


def due(session_keys: Iterable[str]) -> list[str]:
    """Which of these sessions, whose connections are open, should be noted. After a restart that is all of
    them, so each waits for a time of its own."""
    now = time.monotonic()
    found = []
    for key in session_keys:
        again_at = _noted.get(key)
        if again_at is None:
            _note_again(key, now + random.uniform(0, NOTED_SECONDS))  # noqa: S311 - spreads load
        elif again_at <= now:
            found.append(key)
    return found


def note_in_use(session_keys: Sequence[str]) -> None:
    """Locked in one order: another process may have connections of the same sessions."""
    with transaction.atomic():
        rows = SignIn.objects.filter(session_key__in=session_keys)
        locked = rows.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True)
        rows.filter(pk__in=list(locked)).update(seen_at=timezone.now())
    for key in session_keys:
        _note_again(key, time.monotonic() + NOTED_SECONDS)


def of_user(user_id: int) -> list[SignIn]:
    """Their sessions that live, the last used first. Those that have ended are forgotten."""
    found = list(SignIn.objects.filter(user=user_id).order_by("-seen_at", "-pk")[:MOST_LISTED])
    living = identify_all(sign_in.session_key for sign_in in found)
    ended = [sign_in.pk for sign_in in found if living.get(sign_in.session_key) != user_id]
    if ended:
        SignIn.objects.filter(pk__in=ended).delete()
    return [sign_in for sign_in in found if sign_in.pk not in ended]


def end(user_id: int, sign_in_id: int, *, but: str) -> None:
    """Ends that session of theirs, which is not the one with the key `but`; of anybody else's, none."""
    _end(user_id, SignIn.objects.filter(user=user_id, pk=sign_in_id).exclude(session_key=but))


def end_others(user_id: int, *, but: str) -> None:
    """Ends all sessions of theirs but the one with that key; `but` is empty where none is to stay."""
    _end(user_id, SignIn.objects.filter(user=user_id).exclude(session_key=but))


def end_all(user_id: int, *, actor_id: int) -> None:
    """Ends whatever session they have; somebody else does it."""
    with transaction.atomic():
        end_others(user_id, but="")
        privileged_act.send(
            sender=User, action="user.end_sessions", actor_id=actor_id, user_id=user_id
        )


def remove(found: QuerySet[SignIn]) -> bool:
    """Ends these sessions and tells nobody, which is the caller's; whether there were any."""
    session_keys = list(found.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=session_keys).delete()
    SignIn.objects.filter(session_key__in=session_keys).delete()
    return bool(session_keys)


def forget(session_key: str) -> None:
    """It has ended."""
    SignIn.objects.filter(session_key=session_key).delete()


def forget_old(user_id: int) -> None:
    """No session lives that long, and nobody's addresses are kept longer than they are of use to them."""
    long_ago = timezone.now() - timedelta(seconds=settings.SESSION_COOKIE_AGE)
    SignIn.objects.filter(user=user_id, seen_at__lt=long_ago).delete()


def carry_over(former_key: str, key: str) -> None:
    """The same session has another key now."""
    SignIn.objects.filter(session_key=former_key).update(session_key=key)


def _note_again(session_key: str, at: float) -> None:
    if len(_noted) >= MOST_NOTED:
        _noted.clear()
    _noted[session_key] = at


def _end(user_id: int, theirs: QuerySet[SignIn]) -> None:
    with transaction.atomic():
        if remove(theirs):
            access_changed.send(sender=User, user_id=user_id)


def _printable(text: str) -> str:
    return "".join(character for character in text if character.isprintable())[:_USER_AGENT_MAX]
