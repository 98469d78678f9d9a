"""What the verbs about oneself have in common: one's own row, and telling one's own connections."""

from functools import partial

from django.utils.translation import gettext_noop as _

from accounts.committed import once_committed
from accounts.models import User
from chat import hub, message_sql
from chat.errors import NotFound
from chat.message_store import present
from chat.models import Sanction
from chat.permissions import sanction_refusal
from chat.user_feeds import UserChange
from chat.user_revs import next_user_revs


def lock_oneself(actor_id: int) -> User:
    """One's own row until the transaction ends; a closed account and a banned user change nothing more."""
    rows = User.objects.select_for_update(no_key=True).filter(pk=actor_id, is_active=True)
    user = rows.first()
    if user is None:
        raise NotFound(_("There is no such user."))
    now = present()
    found = message_sql.read_sanctions({actor_id}, now).get((actor_id, None))
    if found and found[0] == Sanction.Kind.BAN:
        raise sanction_refusal(*found, now)
    return user


def tell_oneself(user_id: int) -> int:
    """Has all connections of the user be welcomed anew, on commit; the rev that was taken for it."""
    rev = next_user_revs({user_id})[user_id]
    once_committed(partial(hub.publish_user, UserChange(user_id, rev)))
    return rev
