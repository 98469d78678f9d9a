"""Verbs of the site as a whole, of those who run it. Each leaves an entry in the audit log."""

from datetime import datetime

from django.db import transaction

from chat.actions.audit import record
from chat.models import Site
from chat.protocol.codec import timestamp


def renew_epoch() -> str:
    """Has every client start from snapshots; the new epoch."""
    with transaction.atomic():
        epoch = Site.renew_epoch()
        record("site.renew_epoch", actor_id=None, details={"epoch": epoch})
    return epoch


def begin_again(backed_up_at: datetime) -> None:
    """The database is what a backup of that time had in it: the log that came with it has the entry."""
    with transaction.atomic():
        Site.renew_epoch()
        details = {"backup_of": timestamp(backed_up_at)}
        record("site.restore", actor_id=None, details=details)
