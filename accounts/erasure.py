"""Making an account nobody's, for whoever has asked to be erased. Chat has removed what they said by then.

What remains is a row without a person, so that timelines keep an author for each message: its name says
only that, and its username is free for others. Whatever would go with the row if it were deleted goes now;
columns that are added to it later are emptied without a word here.
"""

import secrets

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction

from . import locks
from .avatars import remove_avatar
from .lookalikes import skeleton
from .models import User
from .registration import is_taken
from .signals import access_changed, profile_changed

NAME = "Erased account"
KEPT = {"id", "password", "username", "username_skeleton", "name", "kind", "rev", "date_joined"}
# What was done in the admin is the site's to know, whoever did it.
LOGS = {LogEntry}


def is_erased(user: User) -> bool:
    """The username alone says nothing: anybody may sign up under one like it."""
    is_closed = not user.is_active and not user.has_usable_password()
    return is_closed and user.username.startswith(f"erased-{user.pk}")


def anonymise(user_id: int) -> User:
    """Takes the person out of a deactivated account, and tells of it."""
    with transaction.atomic():
        locks.take(user_id, ())  # before anything of theirs is numbered: their username changes
        remove_avatar(user_id)
        user = User.objects.get(pk=user_id)
        _empty(user)
        user.username = _free_username(user_id)
        user.username_skeleton = skeleton(user.username)
        user.name = NAME
        user.set_unusable_password()
        user.save()
        user.groups.clear()
        user.user_permissions.clear()
        _remove_what_is_theirs(user)
        _rename_in_logs(user)
        access_changed.send(sender=User, user_id=user_id)
        profile_changed.send(sender=User, user_id=user_id)
    return user


def _empty(user: User) -> None:
    for field in User._meta.concrete_fields:
        if field.name not in KEPT:
            setattr(user, field.attname, field.get_default())
    user.is_active = False


def _remove_what_is_theirs(user: User) -> None:
    for relation in User._meta.related_objects:
        model = relation.related_model
        if relation.on_delete is models.CASCADE and model not in LOGS:
            model._default_manager.filter(**{relation.field.name: user}).delete()


def _rename_in_logs(user: User) -> None:
    """The admin's own history keeps what somebody was called when they were changed there."""
    about = ContentType.objects.get_for_model(User)
    entries = LogEntry.objects.filter(content_type=about, object_id=str(user.pk))
    entries.update(object_repr=user.username)


def _free_username(user_id: int) -> str:
    username = f"erased-{user_id}"
    while is_taken(username):
        username = f"erased-{user_id}-{secrets.token_hex(3)}"
    return username
