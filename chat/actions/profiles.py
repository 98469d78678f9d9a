"""Verbs of one's own profile and settings.

One's own connections are told of either by a new `welcome`, all who may show a profile by `user`.
"""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from django.core.exceptions import ValidationError
from django.db import transaction
from msgspec import UNSET

from accounts import editing
from accounts.committed import once_committed
from accounts.models import User
from accounts.names import Refusal, checked_name, checked_status
from chat import hub, payloads
from chat.actions.oneself import lock_oneself, tell_oneself
from chat.errors import BadRequest, TooLong
from chat.models import Membership
from chat.profile_news import Profile
from chat.protocol.codec import encode, moment
from chat.protocol.commands import ProfileUpdate
from chat.protocol.events import UserChanged
from chat.protocol.results import ProfileResult


def update_profile(actor_id: int, command: ProfileUpdate) -> ProfileResult:
    """Changes what is given and leaves the rest."""
    given = _given(command)
    with transaction.atomic():
        user = lock_oneself(actor_id)
        changed = editing.write(user, given)
        if changed & editing.SHOWN:
            tell_profile(actor_id)
        elif changed:
            tell_oneself(actor_id)
    return ProfileResult(user=payloads.user(user), dnd_until=payloads.maybe(user.dnd_until))


def tell_profile(user_id: int) -> None:
    """Tells of a public profile that was written in this transaction, once it is committed.

    Those who have left a room are told of too: their messages still stand in it.
    """
    with transaction.atomic():
        rev = tell_oneself(user_id)
        shape = payloads.user(User.objects.get(pk=user_id))
        rooms = Membership.objects.filter(user=user_id).values_list("room_id", flat=True)
        profile = Profile(user_id, rev, encode(UserChanged(user=shape)), tuple(rooms))
        once_committed(partial(hub.publish_profile, profile))


def on_profile_changed(sender: object, user_id: int, **_: object) -> None:
    """Accounts wrote a profile: staff of somebody, or an upload of a picture."""
    tell_profile(user_id)


def _given(command: ProfileUpdate) -> dict[str, str | datetime | None]:
    given: dict[str, str | datetime | None] = {}
    if command.name is not None:
        given["name"] = _fit(checked_name, command.name)
    if command.status_text is not None:
        given["status_text"] = _fit(checked_status, command.status_text)
    if command.dnd_until is not UNSET:
        given["dnd_until"] = moment(command.dnd_until) if command.dnd_until else None
    return given


def _fit(checked: Callable[[str], str], text: str) -> str:
    try:
        return checked(text)
    except ValidationError as refusal:
        is_too_long = refusal.code == Refusal.LENGTH and text.strip() != ""
        raise (TooLong if is_too_long else BadRequest)(refusal.messages[0]) from None
