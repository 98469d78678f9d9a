"""Verbs of one's own profile and settings. All one's connections are told by a new `welcome`."""

from datetime import datetime
from functools import partial

from django.db import transaction
from msgspec import UNSET

from accounts.models import User
from chat import hub, message_sql, payloads
from chat.errors import NotFound, NotImplementedYet
from chat.message_store import present
from chat.models import Sanction
from chat.permissions import sanction_refusal
from chat.protocol.codec import moment
from chat.protocol.commands import ProfileUpdate
from chat.protocol.results import ProfileResult
from chat.user_feeds import UserChange
from chat.user_revs import next_user_revs


def update_profile(actor_id: int, command: ProfileUpdate) -> ProfileResult:
    """Changes what is given and leaves the rest."""
    if command.name is not None or command.status_text is not None:
        raise NotImplementedYet("Names and statuses cannot be changed here yet.")
    given: dict[str, datetime | None] = {}
    if command.dnd_until is not UNSET:
        given["dnd_until"] = moment(command.dnd_until) if command.dnd_until else None
    with transaction.atomic():
        user = _lock(actor_id)
        changed = [name for name, value in given.items() if getattr(user, name) != value]
        for name in changed:
            setattr(user, name, given[name])
        if changed:
            user.save(update_fields=changed)
            _tell(actor_id)
    return ProfileResult(user=payloads.user(user), dnd_until=payloads.maybe(user.dnd_until))


def _lock(actor_id: int) -> User:
    rows = User.objects.select_for_update(no_key=True).filter(pk=actor_id, is_active=True)
    user = rows.first()
    if user is None:
        raise NotFound("There is no such user.")
    now = present()
    found = message_sql.read_sanctions({actor_id}, now).get((actor_id, None))
    if found and found[0] == Sanction.Kind.BAN:
        raise sanction_refusal(*found, now)
    return user


def _tell(user_id: int) -> None:
    change = UserChange(user_id, next_user_revs({user_id})[user_id])
    transaction.on_commit(partial(hub.publish_user, change), robust=True)
