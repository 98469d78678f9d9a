"""Who a session cookie belongs to, for the WebSocket: it has no request and many connect at once."""

from collections.abc import Iterable

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from .models import User


def identify(session_key: str) -> int | None:
    """The user of a live session; None when it has ended, or its user is gone or deactivated."""
    return identify_all([session_key]).get(session_key)


def identify_all(session_keys: Iterable[str]) -> dict[str, int]:
    """The users of those sessions that live, by session key; two queries however many.

    As `django.contrib.auth.get_user` does, but without its writes: a password change ends all other
    sessions, and a key of SECRET_KEY_FALLBACKS is as good as SECRET_KEY.
    """
    sessions = Session.objects.filter(
        session_key__in=[key for key in session_keys if is_key(key)],
        expire_date__gt=timezone.now(),
    )
    claims = {session.session_key: claim for session in sessions if (claim := _claim(session))}
    if not claims:
        return {}
    wanted = {user_id for user_id, _ in claims.values()}
    users = User.objects.only("password").filter(is_active=True).in_bulk(wanted)
    return {
        key: user_id
        for key, (user_id, auth_hash) in claims.items()
        if (user := users.get(user_id)) and _holds(auth_hash, user)
    }


def is_key(text: str) -> bool:
    """Whether it can be a session's key. A cookie can hold anything, and PostgreSQL takes no NUL."""
    return text.isalnum() and len(text) <= 40


def _claim(session: Session) -> tuple[int, str] | None:
    """Whose session it says it is, and the hash that has to prove it."""
    data = SessionStore().decode(session.session_data)  # {} where the signature is wrong
    user_id, auth_hash = data.get(SESSION_KEY, ""), data.get(HASH_SESSION_KEY, "")
    if (
        not user_id.isdecimal()
        or data.get(BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS
    ):
        return None
    return int(user_id), auth_hash


def _holds(auth_hash: str, user: User) -> bool:
    valid = (user.get_session_auth_hash(), *user.get_session_auth_fallback_hash())
    return any(constant_time_compare(auth_hash, one) for one in valid)
