"""The one way in which accounts are made: by sign-up, set-up link, admin and command alike."""

from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .lookalikes import skeleton
from .models import User
from .names import normal_username, validate_username
from .signals import privileged_act, user_registered

TAKEN = _("This username is taken, or looks too much like another one.")


def register(
    *,
    username: str,
    password: str | None,
    name: str = "",
    email: str = "",
    kind: User.Kind = User.Kind.PERSON,
    guard: Callable[[], None] | None = None,
    waits: bool = False,
    by_operator: bool = False,
    **flags: bool,
) -> User:
    """Validates, stores and announces a new user; without a name, the username as typed is one.

    `waits`: for somebody to agree to it (`approval.py`); it is announced then. `by_operator`: whoever runs
    the site makes it, and the audit log has it. `flags` are further fields (`is_staff`, `is_superuser`).
    `guard` is called in the transaction before the row is stored and refuses by raising. The password is not
    judged here, forms and the command do that; a bot has none. Raises ValidationError by field.
    """
    user = User.objects.build(username, name=name, email=email, kind=kind, **flags)
    if waits:
        user.is_active, user.waits_since = False, timezone.now()
    _refuse_unfit(user)
    refuse_taken(user)
    user.set_password(password)  # slow on purpose: before the transaction, not in it
    try:
        with transaction.atomic():
            if guard:
                guard()
            user.save(force_insert=True)
            if not waits:
                user_registered.send(sender=User, user=user)
            if by_operator:
                _record(user, flags)
    except IntegrityError:
        refuse_taken(user)  # somebody was faster
        raise
    return user


def refuse_taken(user: User) -> None:
    """Raises ValidationError where somebody has the username, one that looks like it, or the address."""
    if is_taken(user.username):
        raise ValidationError({"username": ValidationError(TAKEN, code="unique")})
    user.validate_unique(exclude={"username", "username_skeleton"})


def is_taken(username: str) -> bool:
    return User.objects.filter(username_skeleton=skeleton(normal_username(username))).exists()


def _record(user: User, powers: dict[str, bool]) -> None:
    given = {name: True for name, is_given in powers.items() if is_given}
    privileged_act.send(
        sender=User, action="user.create", actor_id=None, user_id=user.pk, details=given
    )


def _refuse_unfit(user: User) -> None:
    try:
        validate_username(user.username)
    except ValidationError as refusal:  # alone: the name is often the same, and so is what's wrong
        raise ValidationError({"username": refusal}) from None
    user.clean_fields(exclude={"username"})
