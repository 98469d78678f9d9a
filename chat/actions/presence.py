"""Whether one is seen to be here. All else about presence is passing and kept nowhere."""

from functools import partial

from django.db import transaction

from accounts.models import User
from chat import hub
from chat.user_feeds import UserChange


def set_hidden(user_id: int, hidden: bool) -> None:  # noqa: FBT001 - what is set
    """For all of one's connections, which are welcomed anew and so learn of it."""
    with transaction.atomic():
        user = User.objects.select_for_update(no_key=True).get(pk=user_id)
        if user.presence_hidden == hidden:
            return
        user.presence_hidden = hidden
        user.rev += 1
        user.save(update_fields=["presence_hidden", "rev"])
        change = UserChange(user_id, user.rev)
        transaction.on_commit(partial(hub.publish_user, change), robust=True)
