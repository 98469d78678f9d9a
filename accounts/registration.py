"""The one way in which accounts are made: by sign-up, set-up link, admin and command alike."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from .lookalikes import skeleton
from .models import User
from .names import normal_username
from .signals import user_registered


def register(
    *,
    username: str,
    password: str | None,
    name: str = "",
    email: str = "",
    kind: User.Kind = User.Kind.PERSON,
    **flags: Any,
) -> User:
    """Validates, stores and announces a new user; without a name, the username as typed is one.

    `flags` are further fields (`is_staff`, `is_superuser`). The password is not judged here: forms and
    the command do that, and a bot has none. Raises ValidationError by field.
    """
    user = User.objects.build(username, name=name, email=email, kind=kind, **flags)
    user.set_password(password)
    user.full_clean()
    refuse_taken_username(user.username)
    try:
        with transaction.atomic():
            user.save(force_insert=True)
            user_registered.send(sender=User, user=user)
    except IntegrityError as error:
        # Somebody else took the name or the address since we looked.
        refuse_taken_username(user.username)
        user.validate_unique()
        raise error from None
    return user


def refuse_taken_username(username: str) -> None:
    """Raises ValidationError where the username, or one that looks like it, is somebody's."""
    if User.objects.filter(username_skeleton=skeleton(normal_username(username))).exists():
        taken = _("This username is taken, or looks too much like another one.")
        raise ValidationError({"username": taken}, code="unique")
