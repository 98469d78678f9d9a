"""What is written of an account that is there: by its user of themselves, and by staff, from the admin."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from . import locks
from .addresses import normal_address
from .committed import once_committed
from .models import User
from .names import checked_name, checked_status
from .owners import may_judge, refuse_last_owner, take_beside_owners
from .signals import privileged_act, profile_changed

SHOWN = {"name", "status_text"}  # to others
OWNERSHIP = {"is_staff", "is_superuser"}
POWERS = OWNERSHIP | {"groups"}
_ADDRESS_TAKEN = _("Another account has this address.")


def may_edit(editor: User, user: User) -> bool:
    """Only owners change owners and others of the staff: a password is a way to all that they may do."""
    if not (editor.is_active and editor.is_staff and editor.has_perm("accounts.change_user")):
        return False
    return editor == user or may_judge(editor, user)


def edit(editor_id: int, user_id: int, given: Mapping[str, Any]) -> None:
    """Changes what is given, of what others see, the address and what gives power, and leaves the rest.

    All of it or nothing. Raises `PermissionDenied`, and `ValidationError` by field.
    """
    given = _fit(given)
    with transaction.atomic():
        take = take_beside_owners if POWERS & given.keys() else locks.take
        take(user_id, {editor_id})
        editor, user = User.objects.get(pk=editor_id), User.objects.get(pk=user_id)
        if not may_edit(editor, user) or (POWERS & given.keys() and not editor.is_superuser):
            raise PermissionDenied
        if any(given.get(power) is False for power in OWNERSHIP):
            refuse_last_owner(user)
        groups = given.pop("groups", None)
        former = user.email
        changed = write(user, given) | _join(user, groups)
        if "email" in changed:
            _forget_former_address(user)
            _write_to(user, [former, user.email])
        if changed & SHOWN:
            profile_changed.send(sender=User, user_id=user_id)
        if changed:
            _record(editor_id, user, changed)


def write(user: User, given: Mapping[str, Any]) -> set[str]:
    """Stores those columns that are given and differ, of a row that is locked; which they were."""
    changed = {name for name, value in given.items() if getattr(user, name) != value}
    for name in changed:
        setattr(user, name, given[name])
    if changed:
        _save(user, changed)
    return changed


def _fit(given: Mapping[str, Any]) -> dict[str, Any]:
    """In the form in which it is stored."""
    return {
        name: value if name in POWERS else _FITTING[name](value) for name, value in given.items()
    }


_FITTING: dict[str, Callable[[Any], str | None]] = {
    "name": checked_name,
    "status_text": checked_status,
    "email": normal_address,
}


def _save(user: User, changed: Iterable[str]) -> None:
    try:
        with transaction.atomic():
            user.save(update_fields=list(changed))
    except IntegrityError:  # somebody was faster
        refusal = ValidationError(_ADDRESS_TAKEN, code="unique")
        raise ValidationError({"email": refusal}) from None


def _join(user: User, groups: Iterable[Group] | None) -> set[str]:
    if groups is None or {*user.groups.all()} == {*groups}:
        return set()
    user.groups.set(groups)
    return {"groups"}


def _forget_former_address(user: User) -> None:
    """`User.email` is the only record of an address. allauth looks into a table of its own as well, and would
    let whoever has the address that is there sign in by it, and send the link for a new password to it."""
    EmailAddress.objects.filter(user=user).delete()


def _write_to(user: User, addresses: Iterable[str | None]) -> None:
    """Once it is committed. Whoever has the address can have a new password sent to it, so the person is told
    where they were reached before. The mail names neither address: the former may be somebody else's."""
    if settings.MAILS_LEAVE:
        mail, context = "account/email/email_changed", {"user": user}
        for address in filter(None, addresses):
            once_committed(partial(get_adapter().post_mail, mail, address, context))


def _record(editor_id: int, user: User, changed: set[str]) -> None:
    """Which fields were changed; of those that give power, to what. What people are called is not kept."""
    powers: dict[str, Any] = {name: getattr(user, name) for name in changed & POWERS - {"groups"}}
    if "groups" in changed:
        powers["groups"] = sorted(user.groups.values_list("name", flat=True))
    privileged_act.send(
        sender=User,
        action="user.update",
        actor_id=editor_id,
        user_id=user.pk,
        details={"fields": sorted(changed)} | powers,
    )
