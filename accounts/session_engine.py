"""Sessions in the database, as Django's own, which asks it for whatever a cookie holds."""

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db

from .sessions import is_key
from .signals import access_changed


class SessionStore(db.SessionStore):
    def __init__(self, session_key: str | None = None) -> None:
        super().__init__(session_key if is_key(session_key or "") else None)

    def flush(self) -> None:
        """Its user signs out: every way of doing so ends here."""
        user_id = self.get(SESSION_KEY)
        super().flush()
        if user_id is not None:
            access_changed.send(sender=type(self), user_id=int(user_id))
