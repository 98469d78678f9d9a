"""How the site hears of a new password, whoever sets it; and the way to set one of those who run it."""

from django.contrib.auth import password_validation
from django.db import transaction
from django.utils.translation import ngettext

from .models import User
from .signals import access_changed, privileged_act


class MinimumLengthValidator(password_validation.MinimumLengthValidator):
    """Django's rule in words of ours: its own are not there in Chinese."""

    def get_error_message(self) -> str:
        return (
            ngettext(
                "This password is too short. It needs at least %d character.",
                "This password is too short. It needs at least %d characters.",
                self.min_length,
            )
            % self.min_length
        )


class NumericPasswordValidator(password_validation.NumericPasswordValidator):
    """Django's rule, which also hears of each change: form, admin and command alike tell all validators of
    it once it is stored. One that only listened would show as an empty line among the rules."""

    def password_changed(self, password: str, user: User) -> None:
        access_changed.send(sender=User, user_id=user.pk)


def set_password(user: User, password: str) -> None:
    """By whoever runs the site, who has asked the rules. All sessions of theirs rest on the former one."""
    user.set_password(password)  # slow on purpose: before the transaction, not in it
    with transaction.atomic():
        user.save(update_fields=["password"])
        action = "user.password"
        privileged_act.send(sender=User, action=action, actor_id=None, user_id=user.pk)
