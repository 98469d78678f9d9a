"""Whether one is seen to be here. All else about presence is passing and kept nowhere."""

from django.db import transaction

from chat.actions.oneself import lock_oneself, tell_oneself


def set_hidden(user_id: int, hidden: bool) -> None:  # noqa: FBT001 - what is set
    """For all of one's connections, which are welcomed anew and so learn of it."""
    with transaction.atomic():
        user = lock_oneself(user_id)
        if user.presence_hidden != hidden:
            user.presence_hidden = hidden
            user.save(update_fields=["presence_hidden"])
            tell_oneself(user_id)
