"""How the site hears of a new password, whoever sets it."""

from django.contrib.auth import password_validation

from .models import User
from .signals import access_changed


class NumericPasswordValidator(password_validation.NumericPasswordValidator):
    """Django's rule, which also hears of each change: form, admin and command alike tell all validators of
    it once it is stored. One that only listened would show as an empty line among the rules."""

    def password_changed(self, password: str, user: User) -> None:
        access_changed.send(sender=User, user_id=user.pk)
