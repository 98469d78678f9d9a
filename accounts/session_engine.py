"""Sessions in the database, as Django's own, which asks it for whatever a cookie holds."""

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db

from . import sign_ins
from .sessions import is_key
from .signals import access_changed


class SessionStore(db.SessionStore):
    def __init__(self, session_key: str | None = None) -> None:
        super().__init__(session_key if is_key(session_key or "") else None)

    def flush(self) -> None:
        """Its user signs out: every way of doing so ends here."""
        user_id, key = self.get(SESSION_KEY), self.session_key
        super().flush()
        if user_id is not None:
            sign_ins.forget(key or "")
            access_changed.send(sender=type(self), user_id=int(user_id))

    def cycle_key(self) -> None:
        """After a new password it is the same session under another key, and stays known as it was."""
        former = self.session_key
        super().cycle_key()
        if former and self.session_key and SESSION_KEY in self:
            sign_ins.carry_over(former, self.session_key)
