"""Sessions in the database, as Django's own, which asks it for whatever a cookie holds."""

from django.contrib.sessions.backends import db

from .sessions import is_key


class SessionStore(db.SessionStore):
    def __init__(self, session_key: str | None = None) -> None:
        super().__init__(session_key if is_key(session_key or "") else None)
